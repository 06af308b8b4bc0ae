# Syntax trees: parsed, changed, compiled, refused.
import ast, traceback
src='''
def deco(f): return f
@deco
def f(a, b=1, /, c=2, *args, d, e=5, **kw) -> int:
    """doc"""
    x = [i for i in range(a) if i % 2]
    with open('/dev/null') as g, open('/dev/null'): pass
    try:
        raise ValueError(f"{a!r:>{b}} {{x}} {c=}")
    except* ValueError as eg:
        print(eg.exceptions)
    for i in x:
        if i == 1: continue
        elif i == 3: print('three')
        else: break
    else: print('else')
    return a + b + c
class A[T: (int, str), *Ts, **P](metaclass=type):
    x: int = 1
    (y): int
    def g(self): return lambda *a, k=1: (a, k, self.__class__)
    async def h(self):
        async for i in x: await i
        return [i async for i in x]
print(f(5, d=4), f.__doc__, A().g()(1, 2), A.__type_params__)
match {'a': [1, 2, (3, 4)], 'b': -1}:
    case {'a': [1, *rest], **kw} if rest: print(rest, kw)
match 3:
    case 1 | 2 | 3 as n: print(n)
def gen():
    x = yield 1
    yield from [2, 3]
print(list(gen()))
d = {**{1: 2}, 3: 4}
a, *b = [1, 2, 3]
print(d, a, b, a if b else d, not a, -a, ~a, a < 2 <= 3 in [3], (z := 10), "%s" % a, b[0:2], b[::1], {1,2}, 1e100, 1j, b'x\\xff', ..., "\\ud800" == '\\ud800')
global q
q = 1
del d
type Alias[T] = list[T]
print(Alias.__value__, t'{a!r:x}'.interpolations[0].expression, t'{a + 1}')
assert a, "msg"
import os.path as p, sys as s
from os import path as pp
def err():
    return (1 +
        undefined_name)
err()
'''
tree=ast.parse(src)
print(ast.unparse(tree)[:200])
code=compile(tree,'<x>','exec')
try: exec(code)
except NameError as e:
    tb=e.__traceback__.tb_next.tb_next
    print(e, [ (x.filename,x.lineno,x.colno,x.end_lineno,x.end_colno) for x in traceback.extract_tb(e.__traceback__)][1:])
print(code.co_names)
print(eval(compile(ast.Expression(ast.BinOp(ast.Constant(2,lineno=1,col_offset=0),ast.Pow(),ast.Constant(10,lineno=1,col_offset=0),lineno=1,col_offset=0)),'','eval')))
class T(ast.NodeTransformer):
    def visit_Constant(self,n): return ast.copy_location(ast.Constant(n.value*2),n)
t=T().visit(ast.parse('print(3+4)')); ast.fix_missing_locations(t); exec(compile(t,'','exec'))
print(ast.dump(ast.parse('f(x for x in y)', mode='eval'), indent=1), ast.literal_eval('[1, {2: (3, -4.5)}, b"x", None]'))
for bad in (ast.Module([ast.Expr(ast.Name('x'))],[]), ast.Module([ast.Return()],[]), ast.Expression(ast.Constant(object(),lineno=1,col_offset=0)), ast.Module([ast.Assign([],ast.Constant(1,lineno=1,col_offset=1),lineno=1,col_offset=0)],[]), 5, ast.Module([ast.If(ast.Constant(1,lineno=1,col_offset=1),[],[],lineno=1,col_offset=0)],[]), ast.Module([ast.Assign([ast.Name('x',ast.Load(),lineno=1,col_offset=1)],ast.Constant(1,lineno=1,col_offset=1),lineno=1,col_offset=0)],[])):
    try: compile(bad,'','exec'); print('ok')
    except BaseException as e: print(type(e).__name__, str(e).split(' at 0x')[0])
i=compile(ast.parse('1;2','','single'),'','single'); exec(i)
print(ast.Name('x'), repr(ast.parse('x+[1,2,3]'))[:200], ast.Add() , ast.Name.__doc__, ast.expr.__doc__[:80])
print(ast.Load() is ast.Load(), ast.parse('x').body[0].value.ctx, ast.Constant(1)==ast.Constant(1), ast.compare(ast.Constant(1), ast.Constant(1)))
print(ast.Name._field_types, ast.FunctionDef.__match_args__)
