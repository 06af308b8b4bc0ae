# vars() and dir() of an object need nothing of the function that calls them; without an object they do.
class C:
    def __init__(self): self.x = 1
    def __dir__(self): return ["b", "a"]
def of_object(o):
    hidden = 1
    return vars(o), dir(o), [vars(each) for each in (o, o)]
def of_itself(o):
    seen = vars()
    return sorted(seen), dir(), vars(o)
def of_either(o):
    ask = vars
    return sorted(ask()), dir(o)
def by_argument(o):
    return list(map(vars, [o])), sorted(vars() if o else dir(o))
def by_attribute(o):
    import builtins
    return sorted(builtins.locals())
c = C()
for f in of_object, of_itself, of_either, by_argument, by_attribute:
    print(f.__name__, f(c))
