"""A JSON parser and printer, written out by hand: a tokenizer, a recursive-descent parser with good error messages, and a
printer that indents.

    json_parser.py            runs the samples below
    json_parser.py FILE       reads a file and prints it indented
"""

import sys

ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": True, "false": False, "null": None}


class ParseError(Exception):
    """A mistake in a JSON text, with its place."""

    def __init__(self, message, text, position):
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"{message} at line {self.line}, column {self.column}")


class Token:
    __slots__ = ("kind", "value", "position")

    def __init__(self, kind, value, position):
        self.kind = kind
        self.value = value
        self.position = position

    def __repr__(self):
        return f"Token({self.kind}, {self.value!r})"


class Lexer:
    """Turns a text into tokens, one at a time."""

    def __init__(self, text):
        self.text = text
        self.position = 0

    def __iter__(self):
        return self

    def __next__(self):
        text = self.text
        while self.position < len(text) and text[self.position] in " \t\r\n":
            self.position += 1
        if self.position >= len(text):
            raise StopIteration
        start = self.position
        character = text[start]
        if character in "{}[]:,":
            self.position += 1
            return Token(character, character, start)
        if character == '"':
            return Token("string", self.string(), start)
        if character == "-" or character.isdigit():
            return Token("number", self.number(), start)
        if character.isalpha():
            return Token("word", self.word(), start)
        raise ParseError(f"unexpected character {character!r}", text, start)

    def word(self):
        start = self.position
        while self.position < len(self.text) and self.text[self.position].isalpha():
            self.position += 1
        word = self.text[start : self.position]
        if word not in WORDS:
            raise ParseError(f"unknown word {word!r}", self.text, start)
        return WORDS[word]

    def number(self):
        start = self.position
        is_float = False
        if self.peek() == "-":
            self.position += 1
        self.digits()
        if self.peek() == ".":
            is_float = True
            self.position += 1
            self.digits()
        if self.peek() in ("e", "E"):
            is_float = True
            self.position += 1
            if self.peek() in ("+", "-"):
                self.position += 1
            self.digits()
        literal = self.text[start : self.position]
        return float(literal) if is_float else int(literal)

    def peek(self):
        return self.text[self.position] if self.position < len(self.text) else ""

    def digits(self):
        start = self.position
        while self.peek().isdigit():
            self.position += 1
        if self.position == start:
            raise ParseError("a digit is missing", self.text, self.position)

    def string(self):
        text = self.text
        start = self.position
        self.position += 1
        parts = []
        while True:
            character = self.peek()
            if character == "":
                raise ParseError("a string without an end", text, start)
            self.position += 1
            if character == '"':
                return "".join(parts)
            if character == "\n":
                raise ParseError("a line end in a string", text, self.position - 1)
            parts.append(self.escape() if character == "\\" else character)

    def escape(self):
        letter = self.peek()
        self.position += 1
        if letter in ESCAPES and letter:
            return ESCAPES[letter]
        if letter == "u":
            code = self.four_hex_digits()
            is_high_surrogate = 0xD800 <= code < 0xDC00
            if is_high_surrogate and self.text.startswith("\\u", self.position):
                self.position += 2
                low = self.four_hex_digits()
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            return chr(code)
        raise ParseError(f"unknown escape \\{letter}", self.text, self.position - 2)

    def four_hex_digits(self):
        digits = self.text[self.position : self.position + 4]
        self.position += 4
        try:
            return int(digits, 16)
        except ValueError:
            raise ParseError(f"bad escape \\u{digits}", self.text, self.position - 6) from None


class Parser:
    """Builds Python values from tokens."""

    def __init__(self, text):
        self.text = text
        self.lexer = Lexer(text)
        self.token = None
        self.advance()

    def advance(self):
        token = self.token
        self.token = next(self.lexer, None)
        return token

    def fail(self, wanted):
        if self.token is None:
            raise ParseError(f"the text ends where {wanted} is expected", self.text, len(self.text))
        raise ParseError(f"{self.token.value!r} where {wanted} is expected", self.text, self.token.position)

    def expect(self, kind, wanted):
        if self.token is None or self.token.kind != kind:
            self.fail(wanted)
        return self.advance()

    def document(self):
        value = self.value()
        if self.token is not None:
            self.fail("the end")
        return value

    def value(self):
        match self.token.kind if self.token else None:
            case "string" | "number" | "word":
                return self.advance().value
            case "[":
                return self.array()
            case "{":
                return self.object()
            case _:
                self.fail("a value")

    def array(self):
        self.advance()
        items = []
        if self.token and self.token.kind == "]":
            self.advance()
            return items
        while True:
            items.append(self.value())
            if self.token and self.token.kind == ",":
                self.advance()
                continue
            self.expect("]", "',' or ']'")
            return items

    def object(self):
        self.advance()
        members = {}
        if self.token and self.token.kind == "}":
            self.advance()
            return members
        while True:
            key = self.expect("string", "a key").value
            self.expect(":", "':'")
            members[key] = self.value()
            if self.token and self.token.kind == ",":
                self.advance()
                continue
            self.expect("}", "',' or '}'")
            return members


def quoted(text):
    """A string as JSON writes it."""
    names = {value: "\\" + name for name, value in ESCAPES.items() if name != "/"}
    return '"' + "".join(names.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in text) + '"'


def pieces(value, indent, level=0):
    """The text of a value, in pieces."""
    newline = "\n" + indent * (level + 1)
    last_newline = "\n" + indent * level
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield quoted(value)
    elif isinstance(value, (int, float)):
        yield repr(value)
    elif isinstance(value, list):
        separator = "["
        for item in value:
            yield separator + newline
            yield from pieces(item, indent, level + 1)
            separator = ","
        yield last_newline + "]" if value else "[]"
    elif isinstance(value, dict):
        separator = "{"
        for key, item in value.items():
            yield f"{separator}{newline}{quoted(key)}: "
            yield from pieces(item, indent, level + 1)
            separator = ","
        yield last_newline + "}" if value else "{}"
    else:
        raise TypeError(f"{type(value).__name__} is not a JSON type")


def parse(text):
    return Parser(text).document()


def dumps(value, indent="  "):
    return "".join(pieces(value, indent))


GOOD = r"""
{
  "name": "Ada \"Countess\" Lovelace",
  "born": 1815, "pi": 3.14159, "tiny": -1.5e-10, "large": 12345678901234567890,
  "tags": ["math", "engine", [], {}],
  "unicode": "\u00e9\u20ac \ud83d\ude00 \t tab",
  "flags": {"alive": false, "famous": true, "middle name": null}
}
"""

BAD = ["", "[1, 2", "[1 2]", '{"a" 1}', '{"a": }', '"no end', "[tru]", "[1.]", "{1: 2}", '["\\x"]', "[1]\n]", '"\\u12g4"', "[\n  1,\n  ?\n]"]


def main():
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            print(dumps(parse(file.read())))
        return
    value = parse(GOOD)
    text = dumps(value)
    print(text)
    assert parse(text) == value
    print("tags:", value["tags"], "large + 1:", value["large"] + 1)
    for text in BAD:
        try:
            print(parse(text))
        except ParseError as error:
            print(f"{text!r:<16} {error}")
    rows = [{"id": i, "square": i * i, "name": f"row {i}", "ratio": i / 7} for i in range(2000)]
    text = dumps(rows)
    assert parse(text) == rows
    print(len(text), "characters parsed back")


main()
