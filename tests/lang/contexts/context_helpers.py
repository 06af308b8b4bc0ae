# contextlib.
from contextlib import contextmanager, suppress, closing, ExitStack, nullcontext, redirect_stdout
import io
@contextmanager
def tag(name):
    print(f"<{name}>")
    try: yield name
    except ValueError as e: print("saw", e)
    finally: print(f"</{name}>")
with tag("b") as t:
    print(t)
    raise ValueError("inside")
with suppress(KeyError, IndexError):
    [][1]
with ExitStack() as stack:
    for n in "xy": stack.enter_context(tag(n))
    stack.callback(print, "callback")
with redirect_stdout(io.StringIO()) as out:
    print("captured")
print(repr(out.getvalue()))
with nullcontext(5) as n: print(n)
@tag("deco")
def f(): print("body")
f()
