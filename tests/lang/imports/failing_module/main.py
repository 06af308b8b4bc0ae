# A module that fails to load is not kept, and its traceback shows where.
import sys
try:
    import broken
except ZeroDivisionError as e:
    print("failed:", e, "broken" in sys.modules)
def load():
    import broken
load()
