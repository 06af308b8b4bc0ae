# sorted, min, max with keys and defaults.
words = "the quick brown fox jumps".split()
print(sorted(words, key=len), max(words, key=len), min(words, key=lambda w: w[-1]), sorted(words)[::-1] == sorted(words, reverse=True))
print(max({"a": 3, "b": 7}.items(), key=lambda kv: kv[1]), min([], default=None), max((), default=0), max([[1, 2], [1, 3]]), min("hello", key=ord), sorted({3: 1, 1: 2}), sorted([True, False, 0.5]))
print(max(1, 1.0), max(1.0, 1), min(0, False), max("a", "b", key=lambda c: 0))
