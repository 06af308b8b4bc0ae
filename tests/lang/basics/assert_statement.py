# assert raises AssertionError with its message when its condition is false.
assert 1 + 1 == 2, "not evaluated"
try:
    assert [], "empty list"
except AssertionError as e:
    print("caught:", e)
try:
    assert 0
except AssertionError as e:
    print("caught:", repr(e))
