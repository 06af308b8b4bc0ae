# Statements and values that stand for nothing yet.
def later():
    ...
class Empty: pass
print(later(), ..., Ellipsis is ..., type(...).__name__, Empty.__name__)
