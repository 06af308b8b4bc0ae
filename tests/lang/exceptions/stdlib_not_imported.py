# The suggestion for a module that was not imported.
print(math.pi)
