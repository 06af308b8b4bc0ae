# Heaps and binary search.
import heapq, bisect
h = []
for x in (5, 1, 4, 2, 3): heapq.heappush(h, x)
print(h, heapq.heappop(h), heapq.heapreplace(h, 10), heapq.heappushpop(h, 0), h, heapq.nlargest(2, [3, 1, 2]), heapq.nsmallest(2, "hello"), list(heapq.merge([1, 4], [2, 3])))
l = [3, 1, 2]; heapq.heapify(l); print(l, [heapq.heappop(l) for _ in range(3)])
a = [1, 3, 3, 5]
print(bisect.bisect(a, 3), bisect.bisect_left(a, 3), bisect.bisect_right(a, 4), bisect.bisect(a, 0)); bisect.insort(a, 4); print(a, bisect.bisect_left(["b", "dd"], 2, key=len))
