# An ImportError of a module that is not there.
try:
    import no_such_module
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    from math import no_such
except ImportError as e:
    print(type(e).__name__, str(e).split(" (")[0], e.name)
import no_such_package.sub
