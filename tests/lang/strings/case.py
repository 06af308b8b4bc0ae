# Changing and testing case.
for s in ("Hello World", "ALREADY", "lower", "straße", "ǆ ﬁ", "it's they're", "ΑΣ", "", "İ", "123abc"):
    print(s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold(), s.isupper(), s.islower(), s.istitle(), sep="|")
