# Integers have no limit.
n = 2 ** 100
print(n, -n, n + 1, n - n, n * n)
print(n // 3, n % 1000007, divmod(-n, 12345678901234567890))
print(n >> 90, n << 5, n & 0xFFFF, (n - 1) & 0xFFFF, n | 1, n ^ (n - 1))
f = 1
for i in range(1, 51):
    f *= i
print(f)
print(int("123456789" * 5) * int("987654321" * 5))
