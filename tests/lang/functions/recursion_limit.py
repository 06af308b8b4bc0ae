# Too deep a recursion raises RecursionError, and the program goes on.
import sys
def f(n): return f(n + 1)
try:
    f(0)
except RecursionError as e:
    print(type(e).__name__, e)
def g(n):
    global deepest
    deepest = n
    g(n + 1)
sys.setrecursionlimit(200)
try:
    g(0)
except RecursionError:
    print(150 < deepest <= 200)
sys.setrecursionlimit(5000)
def h(n): return n if n == 0 else h(n - 1)
print(h(4000), sys.getrecursionlimit())
try:
    sys.setrecursionlimit(0)
except ValueError as e:
    print(e)
