# Exception groups and except*.
def run(eg):
    try:
        raise eg
    except* ValueError as g:
        print("value", g.exceptions, type(g).__name__)
    except* (TypeError, KeyError) as g:
        print("type/key", g.exceptions)
    else:
        print("never")
    finally:
        print("finally")
run(ExceptionGroup("g", [ValueError(1), TypeError(2), ValueError(3)]))
run(ExceptionGroup("nested", [ExceptionGroup("in", [KeyError("k"), ValueError("v")])]))
run(ValueError("naked"))
try:
    run(ExceptionGroup("rest", [OSError("o"), ValueError("v")]))
except ExceptionGroup as e:
    print("left:", repr(e))
g = ExceptionGroup("top", [ValueError(1), ExceptionGroup("low", [TypeError(2)])])
print(g.split(ValueError), g.subgroup(TypeError), g.message, str(g), g.derive([KeyError()]))
for bad in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [5]), lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup(5, [ValueError()])):
    try: bad()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
