# What the interpreter adds to the built-in names for interactive use.
print(quit, exit, type(quit).__name__, type(quit).__module__)
print(help)
print(type(copyright).__name__)
print(credits)
for code in (None, 3, "text"):
    try:
        exit(code)
    except SystemExit as e:
        print(repr(e), e.code)
