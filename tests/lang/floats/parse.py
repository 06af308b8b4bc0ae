# Texts that are floats, and texts that are not.
for text in ("1", " 2.5 ", "1e3", "-.5", "1_0.0_1", "Infinity", "-inf", "nan", "1e400", "1e-400", "0x1p3", "", "1..2", "1e", "_1"):
    try:
        print(repr(text), float(text))
    except ValueError as e:
        print(e)
