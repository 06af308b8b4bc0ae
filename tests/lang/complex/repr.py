# How complex numbers are shown.
for z in (1j, -1j, 0j, -0j, 1 + 0j, complex(-0.0, 1), 1.5 - 2.25j, 1e20 + 1e-20j, complex(float("inf"), float("nan"))):
    print(z, repr(z), str(z))
print(f"{1.5 + 2.25j:.1f}|{1 + 2j:>12}|{3j:+.2e}|{1 + 2j:g}")
