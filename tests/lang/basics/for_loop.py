# for walks any iterable; its else runs when no break ended it.
for letter in "abc":
    print(letter)
for i in range(2, 10, 3):
    print(i)
for i in range(5):
    if i == 2:
        break
else:
    print("not reached")
print("left at", i)
for i in []:
    pass
else:
    print("empty loop, still", i)
