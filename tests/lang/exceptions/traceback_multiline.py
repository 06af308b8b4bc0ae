# An expression over several lines is marked over several lines.
def f(a, b):
    return (a
            + b
            + missing)
def g():
    return f(
        1,
        2,
    )
g()
