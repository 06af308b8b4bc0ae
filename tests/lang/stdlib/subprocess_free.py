# shlex, fnmatch, glob patterns, urllib.parse, html, difflib.
import shlex, fnmatch, urllib.parse, html, difflib, pprint, keyword, uuid
print(shlex.split("a 'b c' \"d\""), fnmatch.fnmatch("x.py", "*.py"), urllib.parse.quote("a b/é"), urllib.parse.parse_qs("a=1&b=2&a=3"), urllib.parse.urlparse("http://h:80/p?q#f").netloc, html.escape("<a&b>"), html.unescape("&eacute;&lt;"), list(difflib.unified_diff(["a\n"], ["b\n"])), difflib.get_close_matches("appel", ["ape", "apple"]), keyword.iskeyword("match"), keyword.kwlist[:3])
pprint.pprint({"long key " * 3: list(range(30)), "b": {"nested": "x" * 50}})
print(uuid.UUID(int=5), uuid.uuid5(uuid.NAMESPACE_DNS, "x"))
