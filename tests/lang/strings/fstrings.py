# f-strings, nested quotes and specifications included.
name, n, x = "Ann", 42, 3.14159
print(f"{name} {n} {x:.2f} {n:>6}| {name!r:>8} {n=} {x = :.1f} {n + 1 = }")
print(f"{{literal}} {'nested ' + "quotes"} {f"{n}{f"{x:.1f}"}"} {n:{4 + 2}d} {name:{'<'}{8}}|")
print(f"{[i for i in range(3)]} { {'a': 1}['a'] } {(lambda v: v * 2)(4)} {name.upper()!s}")
print(f'''multi
line {n
  + 1}''', rf"\d{n}", f"{'a' if n else 'b'}", f"{n!a}", f"{'\n'}".encode(), f"{name[0]}{name[-1]}", f"{n:#x}")
class Spec:
    def __format__(self, spec): return f"<{spec}>"
print(f"{Spec()} {Spec():abc} {Spec():{n}}")
