def greet(name, width):
    return f"hello {name!r:>{width}}"
