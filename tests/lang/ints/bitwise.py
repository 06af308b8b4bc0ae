# Bit operations work as if negative numbers had endless ones to the left.
print(-1 & 0xFF, -256 | 1, ~5, ~-1, -8 >> 1, -1 >> 100, 1 << 70 >> 69)
print(5 & -2, 5 | -8, 5 ^ -1, (-2 ** 70) & (2 ** 70 - 1), (-2 ** 70) | 5)
print((10 ** 30).bit_length(), (255).bit_count(), (-255).bit_count())
for text in ("1 << -1", "1 >> -1"):
    try:
        eval(text)
    except ValueError as e:
        print(e)
