# range counts up and down, and loop variables may be changed without effect on the count.
for i in range(3):
    print(i, end=" ")
    i = 100
print(i)
print(list(range(10, 0, -4)), list(range(0)), list(range(5, 5)))
print([i for i in range(-3, 3)])
total = 0
for i in range(1000):
    total += i
print(total)
