# The limit is on running functions, whatever runs them: exactly as many.
import sys
def f(n):
    global d
    d = n
    f(n + 1)
class A:
    def m(self, n):
        global d
        d = n
        x = [n]
        return self.m(n + 1)
def g(n):
    global d
    d = n
    sorted([1], key=lambda _: g(n + 1))
def gen(n):
    global d
    d = n
    yield from gen(n + 1)
def tr(n):
    global d
    d = n
    try:
        tr(n + 1)
    finally:
        d += 0
for limit in 1000, 300, 500:
    sys.setrecursionlimit(limit)
    for fn in f, A().m, tr, lambda n: list(gen(n)), g:
        try:
            fn(1)
        except RecursionError as e:
            print(limit, d, e)
def deep():
    sys.setrecursionlimit(5)
try:
    (lambda: (lambda: (lambda: (lambda: deep())())())())()
except RecursionError as e: print(e)
