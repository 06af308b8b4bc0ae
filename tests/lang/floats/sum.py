# sum of floats is compensated.
print(sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([0.1, 0.2, 0.3], 0.0), sum([1, 2.5, 3]))
import math
print(math.fsum([0.1] * 10), math.prod([1.5, 2, 3]), 0.1 + 0.1 + 0.1)
