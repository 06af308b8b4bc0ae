def swap(items, i, j):
    items[i], items[j] = items[j], items[i]
