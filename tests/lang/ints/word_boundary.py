# Arithmetic around the limits of machine words.
for bits in (30, 31, 32, 61, 62, 63, 64, 65):
    p = 1 << bits
    for n in (p - 1, p, p + 1, -p, -p - 1, -p + 1):
        assert n + 1 - 1 == n and n - 1 + 1 == n and n * 2 // 2 == n and -(-n) == n
        assert (n << 3) >> 3 == n and abs(n) in (n, -n) and ~~n == n
    print(bits, p - 1 + 1, -p - 1, (p - 1) * (p + 1), -p * -p)
x = 4611686018427387903
print(x + 1, x * 2, -x - 2, x - -x)
y = -4611686018427387904
print(y - 1, y // -1, abs(y), -y, y * y)
