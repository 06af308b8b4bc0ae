# KeyError shows the repr of its key.
{"a": 1}["multi\nline"]
