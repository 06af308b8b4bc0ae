# and / or give one of their operands; not gives a bool.
print(1 and 2, 0 and 2, 1 or 2, 0 or 2, "" or None)
print(not 0, not [1], not None)
def loud(value):
    print("evaluated", value)
    return value
print(loud(0) and loud(1))
print(loud(1) or loud(2))
print(loud("") or loud([]) or loud("last"))
