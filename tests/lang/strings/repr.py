# repr escapes what cannot be printed.
for text in ("plain", "tab\t", "nl\n", "null\0", "\x7f\x80\xa0", "é", "\u200b", "\ud800", "😀", "\\", "'", "\r\x1b", "\uffff", "\u3042"):
    print(repr(text), ascii(text), len(text))
