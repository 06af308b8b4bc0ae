# operator.
import operator as op
from operator import itemgetter, attrgetter, methodcaller
print(op.add(1, 2), op.mul("a", 3), op.getitem([1, 2], 1), op.contains("abc", "b"), op.not_(0), op.truth([]), op.index(True), op.concat([1], [2]), op.countOf("aab", "a"), op.indexOf("abc", "c"), op.iadd([1], [2]))
print(itemgetter(1)("abc"), itemgetter(0, 2)([1, 2, 3]), attrgetter("real", "imag")(2 + 3j), attrgetter("__class__.__name__")(5), methodcaller("split", ",")("a,b"), sorted([(1, "b"), (0, "a")], key=itemgetter(1)), op.attrgetter("x"))
