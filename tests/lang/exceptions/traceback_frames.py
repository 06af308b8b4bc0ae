# The frames of a traceback's entries, and what is below them.
import sys, traceback
def leaf(a):
    b = a * 2
    raise KeyError(b)
def mid(a):
    return leaf(a + 1)
def back(f):
    out = []
    while f:
        out.append((f.f_code.co_name, f.f_lineno)); f = f.f_back
    return out
def catcher():
    try:
        mid(1)
    except KeyError as e:
        tb = e.__traceback__
        while tb:
            print(back(tb.tb_frame)); last = tb; tb = tb.tb_next
        print(last.tb_frame.f_locals, last.tb_frame.f_back.f_locals)
        return e
def caller():
    return catcher()
def run():
    e = caller()
    last = e.__traceback__.tb_next.tb_next
    print(last.tb_frame.f_back is e.__traceback__.tb_next.tb_frame)
def by_vm():
    exec("def q(f):\n    f()\n", globals())
    try:
        q(lambda: mid(1))
    except KeyError as e:
        tb = e.__traceback__
        while tb:
            print(back(tb.tb_frame)); last = tb; tb = tb.tb_next
class C:
    def m(self):
        self.value = 1
        try:
            return value
        except NameError as e:
            print(traceback.format_exception_only(e))
    def n(self):
        valeu = 3
        try:
            print(value)
        except NameError as e:
            print(traceback.format_exception_only(e), e.__traceback__.tb_frame.f_locals["valeu"])
def generator():
    try:
        yield 1
        leaf(3)
    except KeyError as e:
        tb = e.__traceback__
        while tb:
            print(back(tb.tb_frame)); last = tb; tb = tb.tb_next
for i in range(1):
    run()
    by_vm()
    C().m()
    C().n()
    list(generator())
    try:
        def outer():
            sorted([3, 1], key=leaf)
        outer()
    except KeyError as e:
        tb = e.__traceback__
        while tb:
            print(back(tb.tb_frame)); last = tb; tb = tb.tb_next
