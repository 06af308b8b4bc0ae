# A syntax error: the message, the line and the marks.
print("never printed")
x = 1 +
