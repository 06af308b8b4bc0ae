# Format specifications of ints and strings.
for spec in ("", "5", "<5", ">5", "^5", "05", "+", " ", ",", "_", "x", "#x", "#o", "#b", "c", "e", ".1f", "%", "=+6", "*^9,", "n"):
    print(repr(spec), f"|{65:{spec}}|", f"|{-65:{spec}}|" if spec != "c" else "")
for spec in ("", "8", "<8", ">8", "^8", ".2", "-^8.3", "s", "*<4"):
    print(repr(spec), f"|{'text':{spec}}|")
for value, spec in ((1, "s"), ("a", "d"), ("a", "+"), ("a", "="), (1, ".2"), (1, "zz"), (1.5, "d"), ("a", ","), (1, ",x"), ([], "5"), (None, ">5")):
    try:
        print(format(value, spec))
    except (ValueError, TypeError) as e:
        print(repr(spec), type(e).__name__, e)
