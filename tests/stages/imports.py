def names():
    import os.path as path
    from sys import argv, maxsize as size
    return path, argv, size
