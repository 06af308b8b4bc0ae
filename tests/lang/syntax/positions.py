# Syntax errors in nested and long source.
import traceback
for src in ("def f():\n    x = [\n        1,\n        2 3\n    ]\n", "class A:\n  def m(self):\n    if x\n      pass\n", "x = 'é' 5\n", "\n\n\nfoo(1, 2, bar = )\n"):
    try:
        compile(src, "source.py", "exec")
    except SyntaxError as e:
        print("".join(traceback.format_exception_only(e)), end="")
