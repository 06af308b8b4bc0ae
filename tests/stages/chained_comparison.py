def within(low, x, high):
    return low <= x < high
