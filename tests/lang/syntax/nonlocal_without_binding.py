# nonlocal needs a binding.
def f():
    nonlocal x
    x = 1
