# __index__ makes an object usable as an integer index.
class N:
    def __index__(self): return 2
print([10, 20, 30][N()], "abcdef"[N():], range(N()), hex(N()), bin(N()), "ab" * N(), int(N()))
try:
    one = [1]
    one[1.0]
except TypeError as e:
    print(e)
try:
    "a" * 2.0
except TypeError as e:
    print(e)
