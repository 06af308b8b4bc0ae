# A folder without __init__.py is a namespace package.
import space.inner
from space import inner
print(space.inner.V, inner is space.inner, type(space.__path__).__name__, space.__spec__.origin)
