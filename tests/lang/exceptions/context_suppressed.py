# `from None` hides the context in the traceback.
try:
    1 / 0
except ZeroDivisionError:
    raise ValueError("only this is shown") from None
