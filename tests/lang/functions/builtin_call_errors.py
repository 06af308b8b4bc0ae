# What a wrong call of a built-in says.
for bad in (lambda: len(), lambda: len(1, 2), lambda: len(5), lambda: abs("x"), lambda: [].append(), lambda: [].append(1, 2), lambda: "".join(), lambda: {}.get(), lambda: int(x=1), lambda: isinstance(1), lambda: isinstance(1, 2),
            lambda: sorted(), lambda: range(), lambda: range("a"), lambda: range(1, 2, 0), lambda: max(), lambda: max([]), lambda: sum("ab"), lambda: ord(), lambda: print(foo=1), lambda: iter(5), lambda: next([]), lambda: zip(5), lambda: "a".split(1), lambda: "a".upper(1), lambda: dict(1, 2), lambda: getattr(1), lambda: int("1", 99), lambda: chr("a"), lambda: float([]), lambda: int([]), lambda: round("x"), lambda: enumerate(), lambda: map(), lambda: hash([]), lambda: open()):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
