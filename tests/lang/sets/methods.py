# The methods of set.
s = {1, 2, 3}
s.add(4); s.add(1); s.discard(9); s.remove(2); s.update([5, 6], (7,))
print(s, len(s), 3 in s, s.pop(), s)
a, b = {1, 2, 3}, {2, 3, 4}
print(a | b, a & b, a - b, a ^ b, a.union([9]), a.intersection([2], [2, 3]), a.difference([1]), a.symmetric_difference([3, 9]))
print(a <= b, {2} < a, a >= {1}, a == {3, 2, 1}, a.isdisjoint({7}), a.issubset(range(9)), a.issuperset([1]))
a |= {8}; a &= {1, 2, 8}; a -= {2}; a ^= {1, 5}; print(sorted(a))
a.intersection_update([5]); a.difference_update([7]); a.symmetric_difference_update([6]); print(sorted(a), a.copy() == a)
a.clear(); print(a, set(), set("hello") == set("ehlo"))
for bad in (lambda: a.pop(), lambda: a.remove(1), lambda: a | [1], lambda: {[]}, lambda: hash(a), lambda: a[0], lambda: {1} < [1], lambda: set(5)):
    try:
        bad()
    except (KeyError, TypeError) as e:
        print(type(e).__name__, e)
