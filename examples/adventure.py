"""A text adventure. Commands are read from standard input, understood with `match`, until the player wins or stops."""

from dataclasses import dataclass, field
from enum import Enum


class Direction(Enum):
    NORTH = "north"
    SOUTH = "south"
    EAST = "east"
    WEST = "west"
    UP = "up"
    DOWN = "down"

    @property
    def opposite(self):
        pairs = {"north": "south", "east": "west", "up": "down"}
        pairs |= {b: a for a, b in pairs.items()}
        return Direction(pairs[self.value])


SHORT = {direction.value[0]: direction.value for direction in Direction}


@dataclass
class Item:
    name: str
    description: str
    portable: bool = True
    lit: bool = False


@dataclass
class Room:
    name: str
    description: str
    dark: bool = False
    exits: dict = field(default_factory=dict)
    items: dict = field(default_factory=dict)

    def connect(self, direction, other, locked=False):
        self.exits[direction] = Exit(other, locked)
        other.exits[direction.opposite] = Exit(self, locked)


@dataclass
class Exit:
    room: Room
    locked: bool = False


class GameOver(Exception):
    def __init__(self, text, won=False):
        super().__init__(text)
        self.won = won


def build_world():
    hall = Room("Hall", "A high hall with a cold fireplace. A stair leads down into darkness.")
    library = Room("Library", "Books up to the ceiling. Most have been eaten by worms.")
    garden = Room("Garden", "Brambles, and a well with a rusty bucket.")
    cellar = Room("Cellar", "A low vault that smells of wine. There is an iron door to the east.", dark=True)
    vault = Room("Vault", "A small room of stone.", dark=True)
    hall.connect(Direction.WEST, library)
    hall.connect(Direction.SOUTH, garden)
    hall.connect(Direction.DOWN, cellar)
    cellar.connect(Direction.EAST, vault, locked=True)
    for room, *items in (
        (hall, Item("fireplace", "Ashes, and scratches on the bricks.", portable=False)),
        (library, Item("lamp", "A brass lamp. It can be lit."), Item("book", "'Of Keys and Wells', by an unknown hand.")),
        (garden, Item("bucket", "There is a key frozen to its bottom."), Item("well", "Deep.", portable=False)),
        (vault, Item("crown", "It is heavier than it looks.")),
    ):
        for item in items:
            room.items[item.name] = item
    return hall


class Game:
    LIMIT = 6

    def __init__(self):
        self.room = build_world()
        self.bag = {}
        self.turns = 0

    def can_see(self):
        lamp = self.bag.get("lamp") or self.room.items.get("lamp")
        return not self.room.dark or (lamp is not None and lamp.lit)

    def here(self, name):
        """An item in the bag or the room."""
        item = self.bag.get(name) or (self.room.items.get(name) if self.can_see() else None)
        if item is None:
            raise LookupError(f"There is no {name} here.")
        return item

    def look(self):
        if not self.can_see():
            return "It is dark. You might fall over something."
        lines = [f"== {self.room.name} ==", self.room.description]
        names = sorted(self.room.items)
        match names:
            case []:
                pass
            case [one]:
                lines.append(f"There is a {one} here.")
            case [*most, last]:
                lines.append(f"There are a {', a '.join(most)} and a {last} here.")
        ways = [d.value + (" (locked)" if e.locked else "") for d, e in self.room.exits.items()]
        lines.append("Ways: " + ", ".join(ways))
        return "\n".join(lines)

    def go(self, direction):
        match self.room.exits.get(direction):
            case None:
                return "There is no way in that direction."
            case Exit(locked=True):
                return "The door is locked."
            case Exit(room=Room(dark=True) as room) if not (lamp := self.bag.get("lamp")) or not lamp.lit:
                self.room = room
                return "You climb into the dark, slowly.\n" + self.look()
            case Exit(room):
                self.room = room
                return self.look()

    def take(self, name):
        match self.here(name):
            case Item(portable=False):
                return f"The {name} stays where it is."
            case Item(name=name) if name in self.bag:
                return "You have it already."
            case _ if len(self.bag) >= self.LIMIT:
                return "You can't carry more."
            case Item(name="crown") as crown:
                self.bag[name] = self.room.items.pop(name)
                raise GameOver(f"You hold the crown. {crown.description}", won=True)
            case _:
                self.bag[name] = self.room.items.pop(name)
                return f"You take the {name}."

    def use(self, name, target):
        match name, target:
            case "lamp", None:
                lamp = self.here("lamp")
                lamp.lit = not lamp.lit
                return "The lamp is lit." if lamp.lit else "The lamp is out."
            case "bucket", "fireplace":
                return "The fire is out: it melts nothing."
            case ("bucket", "lamp") | ("lamp", "bucket"):
                self.here("bucket")
                if not self.here("lamp").lit:
                    return "The lamp is not lit."
                if "key" in self.bag:
                    return "The bucket is empty."
                self.bag["key"] = Item("key", "A small iron key.")
                return "The ice melts and you hold a key."
            case "key", "door" | None:
                self.here("key")
                locked = [exit for exit in self.room.exits.values() if exit.locked]
                if not locked:
                    return "There is nothing to unlock here."
                for exit in locked:
                    exit.locked = False
                return "The lock turns with a groan."
            case _, None:
                self.here(name)
                return f"You wave the {name} about."
            case _:
                self.here(name), self.here(target)
                return f"The {name} does nothing to the {target}."

    def obey(self, line):
        """What a command brings about."""
        self.turns += 1
        words = [word for word in line.lower().split() if word not in ("the", "a", "at", "to", "on", "with")]
        match words:
            case []:
                self.turns -= 1
                return "Say something."
            case ["look" | "l"]:
                return self.look()
            case ["go", way] | [way] if (way := SHORT.get(way, way)) in {d.value for d in Direction}:
                return self.go(Direction(way))
            case ["take" | "get", "all" | "everything"]:
                names = [name for name, item in sorted(self.room.items.items()) if item.portable]
                return "\n".join(map(self.take, names)) or "There is nothing to take."
            case ["take" | "get", *names] if names:
                return "\n".join(self.take(name) for name in names if name != "and")
            case ["drop", name]:
                if name not in self.bag:
                    return f"You have no {name}."
                self.room.items[name] = self.bag.pop(name)
                return "Dropped."
            case ["examine" | "x" | "read", name]:
                return self.here(name).description
            case ["inventory" | "i"]:
                return "You carry " + (", ".join(sorted(self.bag)) or "nothing") + "."
            case ["use" | "light", name]:
                return self.use(name, None)
            case ["use", name, target] | ["unlock", target, name]:
                return self.use(name, target)
            case ["quit" | "exit"]:
                raise GameOver("You give up.")
            case ["xyzzy"]:
                return "Nothing happens."
            case [verb, *_]:
                self.turns -= 1
                return f"I don't know how to {verb}."


def main():
    game = Game()
    print(game.look())
    try:
        while True:
            line = input("> ")
            print(line)
            try:
                print(game.obey(line))
            except LookupError as error:
                print(error.args[0])
    except GameOver as end:
        print(end)
        print(f"You {'won' if end.won else 'lost'} in {game.turns} turns.")
    except EOFError:
        print("\nThe story ends in the middle.")


main()
