# __context__ and __cause__.
try:
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("second")
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
try:
    try: 1 / 0
    except ZeroDivisionError as z: raise ValueError("second") from z
except ValueError as e:
    print(repr(e.__cause__), e.__suppress_context__)
try:
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("second") from None
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
try:
    raise KeyError from ValueError("class as cause")
except KeyError as e:
    print(repr(e), repr(e.__cause__))
try:
    raise KeyError from 5
except TypeError as e:
    print(e)
try:
    try: raise ValueError("x")
    finally: raise KeyError("y")
except KeyError as e:
    print(repr(e.__context__))
