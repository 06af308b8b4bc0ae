# The name of an except clause is deleted at its end.
e = "before"
try:
    1 / 0
except ZeroDivisionError as e:
    print(e)
try:
    e
except NameError as x:
    print(x)
def f():
    try: [][0]
    except IndexError as err:
        saved = err
    try: err
    except UnboundLocalError as u: print(u)
    return saved
print(repr(f()))
