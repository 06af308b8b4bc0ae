# All kinds of string literals.
print('single', "double", '''triple
line''', """with "quotes" inside""")
print("tab\there", "new\\n", r"raw\n", "\x41\u00e9\U0001F600", "\N{GREEK SMALL LETTER ALPHA}", "a\
b", "\101", "\a\b\f\v\0".encode())
print("implicit " "concatenation " 'works', repr("it's"), repr('say "hi"'), repr("both ' and \""))
