# NameError and AttributeError suggest near names.
def f():
    counter = 1
    return conter
f()
