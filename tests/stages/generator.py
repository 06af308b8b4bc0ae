def pairs(items):
    previous = None
    for item in items:
        yield previous, item
        previous = item
