"""A cache that forgets what was used longest ago, with descriptors for its settings and a decorator on top."""

import functools
from collections.abc import MutableMapping


class Setting:
    """A descriptor: an attribute that is checked when it is set."""

    def __init__(self, check, default=None, doc=""):
        self.check = check
        self.default = default
        self.__doc__ = doc

    def __set_name__(self, owner, name):
        self.name = name
        self.slot = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.slot, self.default)

    def __set__(self, instance, value):
        if not self.check(value):
            raise ValueError(f"{value!r} is no valid {self.name}")
        old = getattr(instance, self.slot, self.default)
        setattr(instance, self.slot, value)
        changed = getattr(instance, "setting_changed", None)
        if changed is not None and old != value:
            changed(self.name, old, value)

    def __delete__(self, instance):
        try:
            delattr(instance, self.slot)
        except AttributeError:
            raise AttributeError(f"{self.name} has its default") from None


class Counter:
    """A descriptor that counts: reading gives the count, `+=` raises it, nothing else is allowed."""

    def __set_name__(self, owner, name):
        self.slot = "_count_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__.get(self.slot, 0)

    def __set__(self, instance, value):
        if value < self.__get__(instance) and value != 0:
            raise ValueError("a counter does not go back")
        instance.__dict__[self.slot] = value


class Entry:
    """A link of the list that keeps the entries in order of use."""

    __slots__ = ("key", "value", "newer", "older")

    def __init__(self, key=None, value=None):
        self.key = key
        self.value = value
        self.newer = self.older = self

    def unlink(self):
        self.newer.older = self.older
        self.older.newer = self.newer

    def link_before(self, other):
        self.newer = other
        self.older = other.older
        other.older.newer = self
        other.older = self


class Cache(MutableMapping):
    """A mapping of limited size. `on_forget(key, value)` is called for every entry that has to go."""

    capacity = Setting(lambda value: isinstance(value, int) and value > 0, 8, "The most entries that are kept.")
    on_forget = Setting(lambda value: value is None or callable(value))
    hits = Counter()
    misses = Counter()

    def __init__(self, capacity=8, on_forget=None):
        self._entries = {}
        self._ring = Entry()
        self.capacity = capacity
        self.on_forget = on_forget

    def setting_changed(self, name, old, new):
        if name == "capacity":
            self._shrink()

    def _shrink(self):
        while len(self._entries) > self.capacity:
            oldest = self._ring.newer
            oldest.unlink()
            del self._entries[oldest.key]
            if self.on_forget:
                self.on_forget(oldest.key, oldest.value)

    def _touch(self, entry):
        entry.unlink()
        entry.link_before(self._ring)

    def __getitem__(self, key):
        try:
            entry = self._entries[key]
        except KeyError:
            self.misses += 1
            return self.__missing__(key)
        self.hits += 1
        self._touch(entry)
        return entry.value

    def __missing__(self, key):
        raise KeyError(key)

    def __setitem__(self, key, value):
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = Entry(key)
        entry.value = value
        self._touch(entry)
        self._shrink()

    def __delitem__(self, key):
        self._entries.pop(key).unlink()

    def __contains__(self, key):
        return key in self._entries

    def __iter__(self):
        """The keys, the one used last first. Looking at values meanwhile changes the order, so it is fixed first."""
        keys = []
        entry = self._ring.older
        while entry is not self._ring:
            keys.append(entry.key)
            entry = entry.older
        return iter(keys)

    def __len__(self):
        return len(self._entries)

    def __repr__(self):
        inside = ", ".join(f"{key!r}: {self._entries[key].value!r}" for key in self)
        return f"{type(self).__name__}({{{inside}}}, {len(self)}/{self.capacity})"


class Loading(Cache):
    """A cache that computes what it does not have."""

    def __init__(self, load, **settings):
        super().__init__(**settings)
        self.load = load

    def __missing__(self, key):
        value = self[key] = self.load(key)
        return value


def cached(function=None, *, capacity=128):
    """A decorator that keeps a function's results; with or without arguments of its own."""
    if function is None:
        return functools.partial(cached, capacity=capacity)
    cache = Loading(lambda key: function(*key[0], **dict(key[1])), capacity=capacity)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return cache[args, tuple(sorted(kwargs.items()))]

    wrapper.cache = cache
    return wrapper


def show_basics():
    forgotten = []
    cache = Cache(3, on_forget=lambda key, value: forgotten.append(key))
    for number, letter in enumerate("abc"):
        cache[letter] = number
    print(cache)
    cache["a"]
    cache["d"] = 3
    print(cache, "forgot", forgotten)
    cache["c"] += 10
    print(list(cache.items()), "b" in cache, cache.get("b", "nothing"))
    cache.capacity = 1
    print(cache, "forgot", forgotten)
    print(f"{cache.hits} hits, {cache.misses} misses")
    del cache["a"]
    print(cache, len(cache), bool(cache))
    cache.update(x=1)
    print(cache.pop("x"), cache.setdefault("y", 5), cache == {"y": 5})


def show_settings():
    cache = Cache(4)
    for name, value in (("capacity", 0), ("capacity", "many"), ("on_forget", 5), ("hits", -1)):
        try:
            setattr(cache, name, value)
        except ValueError as error:
            print(f"{name} = {value!r}: {error}")
    print(Cache.capacity.__doc__, Cache.capacity.name, Cache.capacity.default)
    del cache.capacity
    print(cache.capacity)
    try:
        del cache.capacity
    except AttributeError as error:
        print(error)
    try:
        cache["missing"]
    except KeyError as error:
        print("KeyError", error)


def show_decorator():
    calls = 0

    @cached
    def fibonacci(n):
        nonlocal calls
        calls += 1
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    @cached(capacity=2)
    def power(base, *, exponent=2):
        """Raises to a power."""
        print(f"computing {base} ** {exponent}")
        return base**exponent

    print(fibonacci(90), calls, fibonacci.cache.hits, fibonacci.__name__)
    print(power(3), power(3), power(3, exponent=3), power(2), power(3))
    print(power.__doc__, power.cache)


def show_load():
    """A walk over many keys, with the share of hits for growing caches."""
    state = 12345
    keys = []
    for _ in range(5000):
        state = (state * 1103515245 + 12345) % 2**31
        keys.append(min(state % 97, (state >> 8) % 97))
    for capacity in (1, 5, 20, 50, 97):
        cache = Loading(lambda key: key * key, capacity=capacity)
        total = sum(cache[key] for key in keys)
        print(f"capacity {capacity:>2}: {cache.hits / len(keys):6.1%} hits, total {total}")


for show in (show_basics, show_settings, show_decorator, show_load):
    print(f"-- {show.__name__}")
    show()
