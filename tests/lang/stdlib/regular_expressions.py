# re.
import re
m = re.match(r"(\w+) (?P<n>\d+)", "item 42 rest")
print(m.group(), m.groups(), m["n"], m.span(1), m.groupdict(), m, re.search(r"\d+", "abc").__class__.__name__)
print(re.findall(r"a(\d)", "a1 a2 b3"), re.sub(r"(\w)(\d)", r"\2\1", "a1 b2"), re.sub("x", lambda m: m.group().upper(), "axbx", count=1), re.split(r"[,;]\s*", "a, b;c"), re.fullmatch("a+", "aaa") is not None, [m.start() for m in re.finditer("a", "banana")])
print(re.compile(r"^\s*#.*$", re.M).findall("# a\nx\n  # b"), re.search("(?i)HELLO", "say hello").group(), re.findall(r"(?<=\$)\d+", "$5 and $77"), re.match(r"(a|b)*?c", "ababc").group(), re.escape("a.b*c"), re.sub(r"\b(\w)", lambda m: m[1].upper(), "the end"), re.match(r"(?:x{2,3}|y)+", "xxyxxx").group(), re.split("(-)", "a-b"))
try: re.compile("(unclosed")
except re.error as e: print(e)
