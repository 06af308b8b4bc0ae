# pow with a modulus, also with negative exponents.
print(pow(3, 200, 1000007), pow(2, 10 ** 18, 97), pow(3, -1, 11), pow(-5, 3, 7), pow(2, 3, -5))
try:
    pow(2, -1, 4)
except ValueError as e:
    print(e)
print(pow(2, 0, 1), pow(10, 3), pow(2, -2))
