# Literals and conversions in other bases.
print(0b1010, 0o17, 0xFF, 1_000_000, 0xdead_beef)
print(bin(10), oct(64), hex(255), bin(-5), hex(-2 ** 70))
print(int("ff", 16), int("0b101", 0), int("-0x1f", 16), int("zz", 36), int(" 42 "), int("1_000"))
print(f"{255:x} {255:X} {255:#x} {255:b} {255:o} {255:#010b}")
for bad in ("", "12a", "0x", "1__0", "9"):
    try:
        print(int(bad, 8))
    except ValueError as e:
        print(e)
