print("loading lazy")
real = "real"
def __getattr__(name):
    if name in ("missing", "added"): raise AttributeError(f"lazy has no {name}")
    return f"<{name}>"
