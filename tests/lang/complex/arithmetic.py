# Complex numbers.
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** 2, -a, +a, abs(a), a.conjugate(), a.real, a.imag)
print(a == 3 + 4j, a != b, a == 3, complex(3, 0) == 3, bool(0j), 2 * a, a / 2, 1 - a, 2 ** 1j)
print(complex("1+2j"), complex(" -j "), complex(1.5), complex("inf-nanj"), complex(1, -0.0))
try:
    a < b
except TypeError as e:
    print(e)
try:
    1j / 0
except ZeroDivisionError as e:
    print(e)
try:
    a // b
except TypeError as e:
    print(e)
