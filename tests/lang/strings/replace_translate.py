# replace, translate, maketrans.
print("aaaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("b", ""), "aXbXc".replace("X", "yy"), "x".replace("x", "😀"), "abab".replace("ab", "c", count=1))
table = str.maketrans("abc", "xyz", "d")
print("aabbccdd".translate(table), "hello".translate({ord("l"): None, ord("e"): "EE", ord("h"): 72}), str.maketrans({"a": 1, "b": "two"}))
try:
    str.maketrans("ab", "c")
except ValueError as e:
    print(e)
