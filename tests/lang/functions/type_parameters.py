# Generic functions, classes and type aliases.
def first[T](items: list[T]) -> T: return items[0]
class Box[T, *Ts, **P]:
    def __init__(self, v: T): self.v = v
type Pair[A, B = int] = tuple[A, B]
print(first([1]), first.__type_params__, Box.__type_params__, Box(5).v, Pair, Pair.__value__, Pair[str, int])
T, = first.__type_params__
print(T.__name__, T.__bound__, type(T).__name__, Box[int, str, [int]], Box.__orig_bases__)
def bounded[S: (int, str), R: int = bool](x: S) -> R: return x
S, R = bounded.__type_params__
print(S.__constraints__, R.__bound__, R.__default__)
type Rec = list[Rec] | None
print(Rec.__value__)
