# A function reads module names; `global` lets it bind them.
counter = 0
def bump():
    global counter, created
    counter += 1
    created = "made in bump"
bump(); bump()
print(counter, created)
def local():
    counter = "local"
    return counter
print(local(), counter)
