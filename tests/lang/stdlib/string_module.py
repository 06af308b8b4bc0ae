# string and textwrap.
import string, textwrap
print(string.ascii_letters, string.digits, string.punctuation, string.Template("$a and ${b} $$").substitute(a=1, b=2), string.capwords("hello world"), string.Formatter().format("{0}-{x}", 1, x=2))
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20)); print(textwrap.dedent("  a\n    b\n"), textwrap.indent("x\ny", "> "), textwrap.shorten("hello big world", 12))
