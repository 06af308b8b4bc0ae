# A function with very many statements and constants.
src = "def big(x):\n" + "".join(f"    v{i} = x + {i}\n" for i in range(3000)) + "    return " + " + ".join(f"v{i}" for i in range(0, 3000, 100)) + "\n"
ns = {}
exec(src, ns)
print(ns["big"](1))
expr = "+".join(["1"] * 2000)
print(eval(expr), len(eval("[" + ",".join(map(str, range(5000))) + "]")), eval("(" * 50 + "7" + ")" * 50))
deep = "x = " + "".join("[" for _ in range(90)) + "]" * 90
exec(deep, ns); print(str(ns["x"])[:5])
try: eval("(" * 300 + ")" * 300)
except (SyntaxError, MemoryError, RecursionError) as e: print(type(e).__name__, e)
many = "f(" + ",".join(f"a{i}={i}" for i in range(400)) + ")"
print(len(eval(many, {"f": lambda **k: k})))
