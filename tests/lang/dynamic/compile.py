# compile makes code objects.
c = compile("a + 1", "<mine>", "eval")
print(eval(c, {"a": 4}), c.co_filename, c.co_name, type(c).__name__)
m = compile("x = 1\nprint('in exec', x)", "f.py", "exec")
exec(m)
s = compile("3 * 4", "<s>", "single")
exec(s)
try:
    exec(compile("def f():\n    return 1/0\nf()", "shown.py", "exec"))
except ZeroDivisionError as e:
    tb = e.__traceback__.tb_next
    print(tb.tb_frame.f_code.co_filename, tb.tb_lineno, tb.tb_next.tb_lineno)
try: compile("x = ", "bad.py", "exec")
except SyntaxError as e: print(e.filename, e.lineno, e.offset, e.msg)
try: compile("x", "f", "wrong")
except ValueError as e: print(e)
import ast
t = ast.parse("1 + 2 * x")
print(ast.dump(t.body[0]), eval(compile(ast.Expression(t.body[0].value), "f", "eval"), {"x": 5}), ast.literal_eval("[1, {'a': (2, None)}]"))
