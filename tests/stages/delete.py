def clear(d, key):
    del d[key]
    value = 1
    del value
