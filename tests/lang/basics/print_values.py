# print converts each value with str() and puts spaces between.
print(1, 2.5, True, None, "text", [1, "a"], (1,), {"k": 1})
print()
print("a", "b", sep="-", end="!\n")
print(*[1, 2, 3], sep=", ")
