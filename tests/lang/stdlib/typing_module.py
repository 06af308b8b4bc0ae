# typing names at run time.
from typing import Optional, Union, List, Callable, TypeVar, Generic, NamedTuple, TypedDict, Protocol, get_type_hints, cast, Any, Literal, overload, runtime_checkable
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, v: T): self.v = v
class P(NamedTuple):
    x: int
    y: str = "d"
class TD(TypedDict): a: int
@runtime_checkable
class Has(Protocol):
    def close(self): ...
class F:
    def close(self): pass
def f(a: Optional[int], b: "List[str]" = None) -> Union[int, str]: return cast(int, a)
print(Box[int], P(1), TD(a=1), isinstance(F(), Has), get_type_hints(f), Optional[int], Callable[[int], str], Literal["a", 1], Any, list[T], Box(3).v)
