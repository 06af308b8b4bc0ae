# The uncaught chain is printed whole.
def load():
    return {}["missing"]
def wrap():
    try:
        load()
    except KeyError as e:
        raise RuntimeError("can't load") from e
try:
    wrap()
except RuntimeError:
    int("x")
