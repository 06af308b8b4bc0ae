# Exactly one branch runs.
def sign(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    else:
        return "positive"

for n in (-5, 0, 7):
    print(n, sign(n))
print("yes" if [] else "no")
