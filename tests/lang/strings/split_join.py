# split, rsplit, splitlines, partition, join.
print("a b  c ".split(), "a b  c ".split(" "), "a,b,,c".split(","), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","))
print("  lead two  ".split(None, 1), "a b c".rsplit(None, 1), "aXXbXXc".split("XX"))
print("l1\nl2\r\nl3\rl4\x0bl5\u2028l6".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines())
print("k=v=w".partition("="), "k=v=w".rpartition("="), "kv".partition("="), "kv".rpartition("="))
print("-".join(["a", "b", "c"]), "".join("xyz"), ", ".join([]), "x".join(["one"]))
for bad in (lambda: "".split(""), lambda: ",".join([1]), lambda: ",".join(["a", None]), lambda: ",".join(5)):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
