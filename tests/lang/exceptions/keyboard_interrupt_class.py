# KeyboardInterrupt is not an Exception.
try:
    raise KeyboardInterrupt("stop")
except Exception:
    print("wrong")
except BaseException as e:
    print(repr(e))
class Custom(BaseException): pass
try:
    try: raise Custom
    except Exception: print("wrong")
except Custom: print("right")
