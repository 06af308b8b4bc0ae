# Raising inside except* merges with what is left.
try:
    try:
        raise ExceptionGroup("g", [ValueError("v"), KeyError("k"), OSError("o")])
    except* ValueError:
        raise RuntimeError("new")
    except* KeyError:
        raise
except ExceptionGroup as e:
    print(repr(e))
    for x in e.exceptions: print(type(x).__name__, x)
try:
    try: raise ValueError("x")
    except* ExceptionGroup: pass
except TypeError as e:
    print(e)
