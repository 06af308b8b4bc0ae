import sys, warnings, traceback, logging
def show(f):
    out = []
    while f:
        out.append((f.f_code.co_name, f.f_lineno)); f = f.f_back
    print(out)
def where():
    show(sys._getframe(1))
def g(x):
    y = x + 1
    where(); z = 2
    for i in range(2):
        where()
    return y
class A:
    def __del__(self):
        where()
    @property
    def p(self):
        where()
        return 1
    def __lt__(self, o):
        where()
        return True
def gen(n):
    for i in range(n):
        where()
        yield i
def h():
    g(1)
    a = A()
    a.p
    del a
    sorted([A(),
            A()])
    list(gen(2))
    print([x for x in gen(1)])
    warnings.warn("hello")
    w()
    traceback.print_stack(file=sys.stdout)
    logging.basicConfig(format="%(funcName)s:%(lineno)d:%(message)s", stream=sys.stdout)
    logging.error("logged")
def w():
    warnings.warn("two", stacklevel=2)
for i in range(1):
    h()
    print(eval("g(2)"))
    exec("""
def q():
    g(3)
q()
""")
    print(max([3,1], key=lambda k: (where(), k)[1]))
