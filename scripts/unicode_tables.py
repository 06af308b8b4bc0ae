"""Writes runtime/core/src/unicode_tables.rs (and the tables of the module unicodedata) from the Unicode database of
the Python that runs it: `python3.14 scripts/unicode_tables.py`, from the repository's root.

The tables are two-stage: the code point's high bits choose a block of the second table, whose entry is the index of a
record of properties. Equal blocks and equal records are shared.
"""

import pathlib
import sys
import unicodedata

LIMIT = 0x110000
ALPHA, DECIMAL, DIGIT, NUMERIC, LOWER, UPPER, TITLE, SPACE, PRINTABLE, XID_START, XID_CONTINUE, CASED, CASE_IGNORABLE = (
    1 << bit for bit in range(13)
)


def case_flags(character):
    after_letter = ("A" + character + "\u03a3").lower()[-1] == "\u03c2"
    alone = (character + "\u03a3").lower()[-1] == "\u03c2"
    return CASED if alone else CASE_IGNORABLE if after_letter else 0


def flags(character):
    result = case_flags(character)
    for test, flag in (
        (character.isalpha(), ALPHA),
        (character.isdecimal(), DECIMAL),
        (character.isdigit(), DIGIT),
        (character.isnumeric(), NUMERIC),
        (character.islower(), LOWER),
        (character.isupper(), UPPER),
        (unicodedata.category(character) == "Lt", TITLE),
        (character.isspace(), SPACE),
        (character.isprintable(), PRINTABLE),
        (character.isidentifier(), XID_START),
        (("a" + character).isidentifier(), XID_CONTINUE),
    ):
        if test:
            result |= flag
    return result


def simple_delta(character, mapped):
    return ord(mapped) - ord(character) if len(mapped) == 1 else 0


def split(values):
    """The two stages of a table and the shift, least in size."""
    best = None
    for shift in range(5, 10):
        size = 1 << shift
        blocks, first = {}, []
        for start in range(0, LIMIT, size):
            block = tuple(values[start : start + size])
            first.append(blocks.setdefault(block, len(blocks)))
        second = [value for block in blocks for value in block]
        total = len(first) * (1 if len(blocks) < 256 else 2) + len(second) * (1 if max(second) < 256 else 2)
        if best is None or total < best[0]:
            best = total, shift, first, second
    return best[1:]


def rows(out, items, per_line=None):
    line = "   "
    for item in items:
        text = f" {item},"
        if len(line) + len(text) > 108:
            print(line, file=out)
            line = "   "
        line += text
    print(line, file=out)


def array(out, name, ty, items, doc):
    items = list(items)
    print(f"/// {doc}\n#[rustfmt::skip]\npub(crate) static {name}: [{ty}; {len(items)}] = [", file=out)
    rows(out, items)
    print("];\n", file=out)


def width(items):
    return "u8" if max(items) < 256 else "u16"


def two_stage(out, prefix, records):
    distinct = {}
    values = [distinct.setdefault(record, len(distinct)) for record in records]
    shift, first, second = split(values)
    print(f"/// Bits of a code point that are its place in a block.\npub(crate) const {prefix}_SHIFT: u32 = {shift};\n", file=out)
    array(out, f"{prefix}_BLOCKS", width(first), first, "The block of each run of code points.")
    array(out, f"{prefix}_INDICES", width(second), second, "The record of each code point, by blocks.")
    return list(distinct)


def core_tables(path):
    records, special = [], {}
    for code in range(LIMIT):
        character = chr(code)
        lower, upper, title, fold = character.lower(), character.upper(), character.title(), character.casefold()
        if max(map(len, (lower, upper, title, fold))) > 1 or fold != lower:
            special[code] = lower, upper, title, fold
        decimal, digit = unicodedata.decimal(character, 255), unicodedata.digit(character, 255)
        records.append(
            (
                flags(character) | (1 << 13 if code in special else 0),
                simple_delta(character, lower),
                simple_delta(character, upper),
                simple_delta(character, title),
                decimal,
                digit,
            )
        )
    with open(path, "w") as out:
        print("//! Properties of code points; made by `scripts/unicode_tables.py`, not edited by hand.\n", file=out)
        print("use crate::unicode::{Record, SpecialCase};\n", file=out)
        print(f'/// The version of the Unicode database.\npub const UNICODE_VERSION: &str = "{unicodedata.unidata_version}";\n', file=out)
        distinct = two_stage(out, "CASE", records)
        items = [f"Record::new({f}, {l}, {u}, {t}, {d}, {g})" for f, l, u, t, d, g in distinct]
        array(out, "RECORDS", "Record", items, "Every distinct record.")
        items = []
        for code, mappings in special.items():
            texts = ", ".join("&[" + ", ".join(f"{ord(c):#x}" for c in text) + "]" for text in mappings)
            items.append(f"SpecialCase::new({code:#x}, {texts})")
        array(out, "SPECIAL_CASES", "SpecialCase", items, "Case mappings to several code points, or unlike for folding; sorted.")


def database_tables(path):
    categories, bidirectionals, widths = [], [], []

    def number(table, name):
        if name not in table:
            table.append(name)
        return table.index(name)

    records, numbers, decompositions = [], [], []
    for code in range(LIMIT):
        character = chr(code)
        records.append(
            (
                number(categories, unicodedata.category(character)),
                number(bidirectionals, unicodedata.bidirectional(character)),
                unicodedata.combining(character),
                number(widths, unicodedata.east_asian_width(character)),
                bool(unicodedata.mirrored(character)),
            )
        )
        value = unicodedata.numeric(character, None)
        if value is not None:
            numbers.append((code, value))
        text = unicodedata.decomposition(character)
        if text:
            decompositions.append((code, text))
    with open(path, "w") as out:
        print("//! Properties of code points; made by `scripts/unicode_tables.py`, not edited by hand.\n", file=out)
        print("use super::database::Record;\n", file=out)
        distinct = two_stage(out, "DATABASE", records)
        items = [f"Record::new({c}, {b}, {k}, {w}, {str(m).lower()})" for c, b, k, w, m in distinct]
        array(out, "RECORDS", "Record", items, "Every distinct record.")
        for name, table, doc in (
            ("CATEGORIES", categories, "General categories."),
            ("BIDIRECTIONAL_CLASSES", bidirectionals, "Bidirectional classes."),
            ("EAST_ASIAN_WIDTHS", widths, "East Asian widths."),
        ):
            array(out, name, "&str", [f'"{item}"' for item in table], doc)
        array(out, "NUMBERS", "(u32, f64)", [f"({c:#x}, {float(v)!r})" for c, v in numbers], "Numeric values; sorted.")
        array(out, "DECOMPOSITIONS", "(u32, &str)", [f'({c:#x}, "{t}")' for c, t in decompositions], "Decomposition mappings; sorted.")


if __name__ == "__main__":
    sources = pathlib.Path("runtime")
    core_tables(sources / "core/src/unicode_tables.rs")
    folder = sources / "stdlib/src/unicodedata"
    folder.mkdir(parents=True, exist_ok=True)
    database_tables(folder / "tables.rs")
    print("Unicode", unicodedata.unidata_version, file=sys.stderr)
