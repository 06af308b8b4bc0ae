# json.
import json
data = {"name": "é", "list": [1, 2.5, None, True], "nested": {"k": "v\n\""}, "empty": {}, "big": 10 ** 20}
s = json.dumps(data)
print(s, json.loads(s) == data)
print(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False))
print(json.dumps([1, 2], separators=(",", ":")), json.dumps({1: None, True: 2.0}), json.dumps(float("inf")), json.loads('[1e3, -0, "\\u00e9\\n", {}]'))
for bad in ("{", "[1,]", '{"a" 1}', "nul", '"\n"', ""):
    try: json.loads(bad)
    except json.JSONDecodeError as e: print(repr(bad), e)
try: json.dumps({1, 2})
except TypeError as e: print(e)
print(json.dumps({"d": complex}, default=str), json.loads("[1.5]", parse_float=str))
