# The methods of float.
print((0.75).as_integer_ratio(), (3.0).is_integer(), (3.5).is_integer(), (-2.5).__abs__())
print((0.1).hex(), float.fromhex("0x1.999999999999ap-4"), float.fromhex("-0x1p-3"), (1e300).hex(), (0.0).hex())
print((2.5).real, (2.5).imag, (2.5).conjugate(), float.fromhex("inf"), float(10 ** 20), float(True))
print(float.from_number(3))
try:
    float(10 ** 400)
except OverflowError as e:
    print(e)
