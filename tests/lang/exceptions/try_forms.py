# try, except, else, finally.
def f(x):
    try:
        print("try", end=" ")
        if x == 1: raise ValueError("v")
        if x == 2: raise KeyError("k")
        if x == 3: return "returned"
    except ValueError as e:
        print("except", e, end=" ")
        return "from except"
    except (KeyError, IndexError):
        print("tuple", end=" ")
    else:
        print("else", end=" ")
    finally:
        print("finally")
    return "end"
for x in range(4):
    print(f(x))
