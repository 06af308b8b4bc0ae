# With a given PYTHONHASHSEED, strings hash as in CPython, and sets print in its order.
print(hash("") , hash("a"), hash("hello world"), hash("é"), hash("😀"), hash(b"hello world"))
print({"apple", "pear", "plum", "cherry", "fig", "date", "kiwi"})
print({"a", "b", "c", 1, 2, (1, 2), None} - {None})
