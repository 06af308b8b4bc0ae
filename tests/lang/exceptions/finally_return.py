# return, break and continue inside finally and around it.
def a():
    try: return "try"
    finally: print("finally a")
def b():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
            print("body", i)
        finally:
            print("finally", i)
    return "b end"
def c():
    x = 1
    try: return x
    finally: x = 2
def d():
    try:
        try: raise ValueError("lost?")
        finally: print("inner finally")
    except ValueError as e: return f"kept {e}"
def e():
    while True:
        try:
            try: return "deep"
            finally: print("one")
        finally: print("two")
print(a(), b(), c(), d(), e())
