# The traceback module formats exceptions.
import traceback
def f(): 1 / 0
try:
    f()
except ZeroDivisionError as e:
    print(traceback.format_exc())
    print("".join(traceback.format_exception_only(e)), end="")
    for frame in traceback.extract_tb(e.__traceback__):
        print(frame.name, frame.lineno, frame.line, frame.colno, frame.end_colno)
