# A missing colon.
def f()
    return 1
