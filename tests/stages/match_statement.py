def describe(value):
    match value:
        case 0 | 1:
            return "small"
        case [first, *_]:
            return first
        case {"name": str(name)}:
            return name
        case _:
            return None
