# abc: classes that can't be instantiated yet.
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def show(self): return f"{self.name} {self.area()}"
class Sq(Shape):
    name = "square"
    def __init__(self, a): self.a = a
    def area(self): return self.a ** 2
print(Sq(3).show(), isinstance(Sq(1), Shape), Shape.__abstractmethods__ == {"area", "name"})
try:
    Shape()
except TypeError as e:
    print(e)
class Half(Shape):
    def area(self): return 0
try:
    Half()
except TypeError as e:
    print(e)
class Duck: pass
Shape.register(Duck)
print(isinstance(Duck(), Shape), issubclass(Duck, Shape))
from collections.abc import Iterable, Sized, Hashable, Callable, Mapping
print(isinstance([], Iterable), isinstance(5, Sized), isinstance([], Hashable), isinstance(len, Callable), isinstance({}, Mapping))
