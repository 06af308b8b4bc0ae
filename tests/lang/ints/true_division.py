# int / int is correctly rounded, also for numbers beyond floats.
print(1 / 3, 10 ** 30 / 10 ** 29, 3 ** 200 / 3 ** 199)
print((10 ** 400) / (10 ** 399))
try:
    10 ** 400 / 3
except OverflowError as e:
    print(e)
print(0 / 5, -1 / 4, 2 ** 64 / 2 ** 63)
