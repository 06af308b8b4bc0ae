# Exceptions in __hash__ and __eq__ come out.
class BadHash:
    def __hash__(self): raise ValueError("no hash")
class BadEq:
    def __hash__(self): return 1
    def __eq__(self, other): raise ValueError("no eq")
class Unhashable:
    def __eq__(self, other): return True
for bad in (lambda: {BadHash(): 1}, lambda: {BadEq(): 1, BadEq(): 2}, lambda: {Unhashable()}, lambda: {}[[]], lambda: {{}: 1}, lambda: {1: 2}[{1}], lambda: [] in {1: 2}, lambda: {[]}):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
