# while runs as long as its condition holds; else runs when no break ended it.
n = 10
while n > 0:
    n -= 3
    if n == 4:
        continue
    print(n)
else:
    print("ended by the condition")
while True:
    n += 1
    if n > 0:
        break
else:
    print("never printed")
print(n)
