# The methods of list.
a = [3, 1, 2]
a.append(4); a.extend((5, 6)); a.insert(0, 0); a.insert(100, 9); a.insert(-1, 8)
print(a, a.index(4), a.count(1), a.pop(), a.pop(0), a.pop(-2), a)
a.remove(3); a.reverse(); print(a); a.sort(); print(a, a.copy() == a, a.copy() is a)
a.clear(); print(a)
for bad in (lambda: a.pop(), lambda: a.remove(1), lambda: a.index(1), lambda: [1].pop(5), lambda: [1][3], lambda: a["a"], lambda: a.extend(5), lambda: [1, 2].index(1, 1)):
    try:
        bad()
    except (ValueError, TypeError, IndexError) as e:
        print(type(e).__name__, e)
