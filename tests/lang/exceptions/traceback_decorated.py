# Statements of all kinds in a traceback.
def deco(f):
    raise TypeError("decorating")
def outer():
    @deco
    def inner():
        pass
outer()
