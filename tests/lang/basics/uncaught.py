# An exception that nobody catches prints a traceback, status 1.
def inner(x):
    return 10 / x
def outer():
    return inner(0)
print("start")
outer()
