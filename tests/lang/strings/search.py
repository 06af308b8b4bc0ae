# Finding things in strings.
s = "the cat sat on the mat"
print(s.find("at"), s.rfind("at"), s.find("dog"), s.index("cat"), s.count("at"), s.count(""), s.find("at", 6), s.find("at", 6, 9))
print("cat" in s, "dog" not in s, "" in s, s.startswith("the"), s.startswith(("a", "t")), s.endswith("mat"), s.startswith("cat", 4), s.endswith("sat", 0, 11))
for method in (s.index, s.rindex):
    try:
        method("dog")
    except ValueError as e:
        print(e)
try:
    1 in s
except TypeError as e:
    print(e)
print("é€😀é".find("é", 1), "aaaa".count("aa"), "".find(""), "abc".find("", 3), "abc".find("", 4))
