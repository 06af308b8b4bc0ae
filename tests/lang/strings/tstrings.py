# Template strings keep their parts.
name, n = "Ann", 3
t = t"hi {name!r:>8} and {n + 1} end"
print(type(t).__name__, t.strings, t.values)
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, repr(i.format_spec))
print([part if isinstance(part, str) else part.value for part in t])
print(t"{n=}".strings, t"".strings, (t"a{1}" + t"b{2}").values)
from string.templatelib import Template, Interpolation
print(isinstance(t, Template), Template("x", Interpolation(5, "five")).values)
