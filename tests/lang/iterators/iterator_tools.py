# The itertools module.
from itertools import *
print(list(islice(count(5, 2), 3)), list(islice(cycle("ab"), 5)), list(repeat(1, 3)), list(chain([1], "a", (2,))), list(chain.from_iterable(["ab", [1]])))
print(list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=10)), list(compress("abc", [1, 0, 1])), list(dropwhile(lambda x: x < 2, [1, 2, 1])), list(takewhile(lambda x: x < 2, [1, 2, 1])), list(filterfalse(None, [0, 1])))
print([(k, list(g)) for k, g in groupby("aabbba")], list(zip_longest([1, 2], "a", fillvalue="-")), list(starmap(pow, [(2, 3), (3, 2)])), list(pairwise("abc")), list(batched("abcde", 2)))
print(list(product("ab", [1, 2])), list(product([0, 1], repeat=2)), list(permutations("abc", 2)), list(combinations("abc", 2)), list(combinations_with_replacement("ab", 2)))
a, b = tee([1, 2, 3])
print(next(a), list(b), list(a), list(islice("abcdef", 1, 5, 2)), list(islice("abc", None)))
try:
    islice([], -1)
except ValueError as e:
    print(e)
