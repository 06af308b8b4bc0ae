# Exceptions travel out of generators, with the generator's line in the traceback.
def g():
    yield 1
    raise ValueError("inside")
def consume():
    for x in g():
        print(x)
try:
    consume()
except ValueError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno)
        tb = tb.tb_next
def h():
    try:
        yield 1
    except ValueError:
        yield "in handler"
        raise
x = h(); next(x)
print(x.throw(ValueError("kept")))
try:
    next(x)
except ValueError as e:
    print("re-raised", e)
consume()
