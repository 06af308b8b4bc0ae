# sort is stable, with key and reverse.
words = ["banana", "Apple", "cherry", "fig", "date", "Egg"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=len, reverse=True))
pairs = [(1, "b"), (0, "z"), (1, "a"), (0, "a")]
print(sorted(pairs), sorted(pairs, key=lambda p: p[0]), sorted(pairs, key=lambda p: p[0], reverse=True))
data = [5, 2.5, -1, True, 0, 10 ** 20, -3.5]
data.sort(reverse=True)
print(data, sorted("hello"), sorted({"b": 1, "a": 2}), sorted(range(5), key=lambda x: -x))
