# Deeply nested structures are freed without overflowing the stack.
d = None
for i in range(200000): d = [d]
d = None
class L:
    def __init__(self, n): self.next = n
n = None
for i in range(200000): n = L(n)
n = None
t = ()
for i in range(100000): t = (t, {})
del t
print("freed")
a = []
for i in range(100000): a = [a]
try:
    repr(a)
except RecursionError as e:
    print(type(e).__name__)
try:
    a == [[[]]] or print("compared")
    b = []
    for i in range(100000): b = [b]
    a == b
except RecursionError as e:
    print(type(e).__name__)
