# An error in an f-string.
f"{1 +}"
