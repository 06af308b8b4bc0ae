# The is... methods.
tests = ("abc", "123", "abc123", "", " \t\n", "²", "½", "٣", "_id", "1id", "é", "日本", "a b", "A\n", "\x00", "class")
for s in tests:
    print(ascii(s), [int(x) for x in (s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isalnum(), s.isspace(), s.isidentifier(), s.isprintable(), s.isascii())])
