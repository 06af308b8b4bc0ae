# The methods of int.
print((1000).to_bytes(2, "big"), (1000).to_bytes(4, "little"), (-2).to_bytes(3, "big", signed=True))
print(int.from_bytes(b"\x03\xe8", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True))
print((6).as_integer_ratio(), (5).conjugate(), (5).real, (5).imag, (6).numerator, (6).denominator, (5).is_integer())
try:
    (256).to_bytes(1)
except OverflowError as e:
    print(e)
print(int(3.99), int(-3.99), int("12"), int(), int(True))
print(round(1234, -2), round(1250, -2), round(1350, -2), round(15, -1), round(25, -1))
