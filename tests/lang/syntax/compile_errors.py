# Messages of many mistakes, through compile.
tests = ["a b", "if x = 1: pass", "def f(x=1, y): pass", "for x in: pass", "x = (1,", ")", "(]", "lambda: (yield) = 1", "del 5", "import", "from x import", "class: pass", "f(**a, *b)", "f(x for x in y, 1)", "{1: 2, 3}", "[x for x]", "else: pass", "try: pass", "async x", "await x", "@", "x = yield = 1", "None = 1", "a + 1 = 2", "f() = 1", "(a, 1) = 2", "global x; x = 1\nglobal x", "def f(): x = 1; global x", "def f(x): global x", "0777", "1__0", "0xg", "'\\x1'", "b'é'", "x = 5 if y", "not", "a.1", "1.a", "import a.b as c.d", "from . import *, a", "def f(): from m import *", "*a = 1", "*a", "a, *b, *c = x", "f(a, a=1, a=2)", "class C: return", "yield 1", "continue", "with open(x) as 5: pass", "match x:\n  case a: pass\n  case b: pass", "match x:\n  case a | b: pass", "match x:\n  case {**r, 'a': 1}: pass", "match x:\n case [*a, *b]: pass", "try: pass\nexcept: pass\nexcept A: pass", "try: pass\nexcept* A: return", "except A, B: pass", "type X = (yield)", "def f[T, T](): pass", "\\ x", "x = $", "x = ?", "a!", "\u201cq\u201d", "nonlocal x", "__debug__ = 1", "f(True=1)", "(x for x in y) = 1", "x: int: str = 1", "a = b := c", "def f(*): pass", "def f(a, /, b, /): pass", "def f(**k, a): pass", "def f(*, **k): pass", "lambda *: 0", "f'{}'", "f'{a!x}'", "f'{'", "f'}'", "f'{a:{b:{c}}}'", "'''abc", "if 1:\n  x\n y", "  x", "\tx = 1\n  y", "print 5", "exec 'x'", "raise A, B", "a <> b", "x++", "i++ + 1", "`a`", "True = False", "(yield) = 1", "async def f(): yield from x", "def f(): await x", "[await x for x in y]", "import a as b.c", "pass pass", "assert (1, 'x'), 2 = 3", "super = = 1"]
import warnings
warnings.simplefilter("ignore")
for t in tests:
    try:
        compile(t, "t.py", "exec")
        print(repr(t), "compiles")
    except SyntaxError as e:
        print(repr(t), type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
