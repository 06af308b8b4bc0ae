def call(f):
    return f(1, 2, key=3)
