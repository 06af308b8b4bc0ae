# Stripping and padding.
print(repr("  x \t\n".strip()), repr("  x ".lstrip()), repr("  x ".rstrip()), "xxabcxx".strip("x"), "abcba".strip("ab"), "www.site.com".strip("w.mo"))
print("ab".ljust(5) + "|", "ab".rjust(5) + "|", "ab".center(5) + "|", "abc".center(6, "*"), "ab".ljust(1), "7".zfill(3), "-7".zfill(4), "+".zfill(3), "ab".center(7, "-"))
print("prefix-body".removeprefix("prefix-"), "body.py".removesuffix(".py"), "body".removesuffix("x"), "a\tb\tcc".expandtabs(4), repr("\u2003x\u3000".strip()))
try:
    "a".center(5, "ab")
except TypeError as e:
    print(e)
