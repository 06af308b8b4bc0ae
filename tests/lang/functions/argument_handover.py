# Who holds an argument: the caller's temporaries die where the callee rebinds or deletes its parameter.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def rebinds(x, y):
    print("rebinds")
    x = 1
    print("x is gone")
    del y
    print("y is gone")


def keeps(x, y):
    print("keeps", x.name, y.name)


def cell(x):
    def inner():
        return x
    print("inner", inner().name)
    x = None
    print("cell is empty")


def star(first, *rest, key=None, **more):
    print("star", len(rest), sorted(more))
    first = None
    print("first gone")
    rest = ()
    print("rest gone")
    key = None
    print("key gone")
    more.clear()
    print("more gone")


def many(a, b, c, d, e, f, g, h):
    a = b = None
    print("a, b gone")
    h = 0
    print("h gone")


def fails(x):
    x = None
    print("before failure")
    raise ValueError("x")


class C:
    def method(self, x):
        print("method")
        x = None
        print("x gone")
        self = None
        print("self gone")

    def __del__(self):
        print("del C")


def default(x, y=None):
    x = y
    print("default", x)


def recursive(x, n):
    if n:
        y, x = x, None
        del x
        recursive(y, n - 1)
        del y
    else:
        x = None
    print("level", n)


def main():
    rebinds(N("a"), N("b"))
    keeps(N("c"), N("d"))
    local = N("local")
    rebinds(local, local)
    print("still", local.name)
    cell(N("e"))
    star(N("f"), N("g"), N("h"), key=N("i"), other=N("j"))
    many(N("1"), N("2"), N("3"), N("4"), N("5"), N("6"), N("7"), N("8"))
    try:
        fails(N("k"))
    except ValueError as error:
        print("caught", error)
    C().method(N("l"))
    default(N("m"))
    default(N("n"), 2)
    recursive(N("o"), 2)
    for function in rebinds, keeps:
        function(y=N("p"), x=N("q"))
        function(*[N("r"), N("s")])
        function(**{"x": N("t"), "y": N("u")})
    (lambda v, w: [v := None, print("lambda")])(N("v"), N("w"))
    list(map(rebinds, [N("x")], [N("y")]))
    print("end", len([N("z1"), N("z2")]))


main()
try:
    rebinds(N("module"), *[])
except TypeError as error:
    print(error)
rebinds(N("A"), N("B"))
print("done")
