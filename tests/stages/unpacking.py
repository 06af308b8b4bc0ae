def rotate(items):
    first, *rest = items
    return [*rest, first]
