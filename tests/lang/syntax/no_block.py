# A block is missing.
if True:
x = 1
