# Identity of literals and of one-character strings.
a, x = "name", "x"
b = "name"
print(a is b, x is "abcx"[3], "".join(["n", "ame"]) is a)
import sys
print(sys.intern("".join(["n", "ame"])) is sys.intern(a))
