# The operators of numbers.
print(7 + 3, 7 - 10, 7 * 3, 7 / 2, 7 // 2, 7 % 3, 7 ** 3)
print(-7 // 2, -7 % 3, 7 // -2, 7 % -3)
print(2 ** -1, 2 ** 0.5, 0 ** 0)
print(1 + 2 * 3 ** 2, (1 + 2) * 3, -2 ** 2, 2 ** 3 ** 2)
print(divmod(17, 5), divmod(-17, 5), divmod(17.5, 5))
