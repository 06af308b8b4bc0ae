# Modules that import each other.
import a
print(a.value(), a.b.value())
try:
    import c
except ImportError as e:
    print(str(e).split(" (")[0])
