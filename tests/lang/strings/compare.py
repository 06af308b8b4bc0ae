# Strings compare by code points.
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "é" > "z", "😀" > "\uffff", "a" == "a", "a" != "b")
print(sorted(["banana", "apple", "Cherry", "étude", "zebra", "10", "9"]), max("hello"), min("hello"))
try:
    "a" < 1
except TypeError as e:
    print(e)
print("a" == 1, "1" == 1)
