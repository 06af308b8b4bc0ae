# Methods are looked up in the class, then in its bases.
class Animal:
    def __init__(self, name): self.name = name
    def speak(self): return "..."
    def describe(self): return f"{self.name} says {self.speak()}"
class Dog(Animal):
    def speak(self): return "woof"
class Puppy(Dog):
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age
    def speak(self): return super().speak() + "!"
for a in (Animal("thing"), Dog("Rex"), Puppy("Bit", 1)):
    print(a.describe(), isinstance(a, Dog), isinstance(a, (int, Animal)))
print(issubclass(Puppy, Animal), issubclass(Dog, Puppy), Puppy.__mro__, Animal.__subclasses__())
