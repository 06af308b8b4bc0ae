"""Converts Markdown to HTML: headings, paragraphs, emphasis, code, links, images, quotes, nested lists, tables and rules.

    markdown.py             converts the sample below
    markdown.py FILE        converts a file
"""

import re
import sys
from dataclasses import dataclass, field


@dataclass
class Node:
    """An element: a tag with attributes and children, which are nodes or text."""

    tag: str
    children: list = field(default_factory=list)
    attributes: dict = field(default_factory=dict)

    BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "hr", "article"}
    VOID = {"hr", "img", "br"}

    def pieces(self, level=0):
        attributes = "".join(f' {name}="{escape(value, quote=True)}"' for name, value in self.attributes.items())
        indent = "  " * level
        is_block = self.tag in self.BLOCKS
        if is_block:
            yield "\n" + indent
        yield f"<{self.tag}{attributes}>"
        if self.tag in self.VOID:
            return
        has_blocks = any(isinstance(child, Node) and child.tag in self.BLOCKS for child in self.children)
        for child in self.children:
            if isinstance(child, Node):
                yield from child.pieces(level + 1)
            else:
                yield escape(child)
        if has_blocks:
            yield "\n" + indent
        yield f"</{self.tag}>"


def escape(text, quote=False):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if quote else text


INLINE = re.compile(
    r"""
      \\(?P<escaped>[\\`*_{}\[\]()#+.!|-])
    | `(?P<code>[^`]+)`
    | !\[(?P<alt>[^\]]*)\]\((?P<source>[^)\s]+)\)
    | \[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)(?:\s+"(?P<title>[^"]*)")?\)
    | <(?P<auto>https?://[^>\s]+)>
    | (?P<mark>\*\*|__|~~|\*|_)(?=\S)(?P<marked>.+?)(?<=\S)(?P=mark)
    """,
    re.VERBOSE,
)
MARKS = {"**": "strong", "__": "strong", "*": "em", "_": "em", "~~": "del"}


def inline(text):
    """The nodes of a line of text."""
    nodes = []
    position = 0
    for match in INLINE.finditer(text):
        if match.start() > position:
            nodes.append(text[position : match.start()])
        position = match.end()
        part = match.groupdict()
        match part:
            case {"escaped": str(character)}:
                nodes.append(character)
            case {"code": str(code)}:
                nodes.append(Node("code", [code]))
            case {"source": str(source), "alt": alt}:
                nodes.append(Node("img", attributes={"src": source, "alt": alt}))
            case {"label": str(label), "target": target, "title": title}:
                attributes = {"href": target} | ({"title": title} if title else {})
                nodes.append(Node("a", inline(label), attributes))
            case {"auto": str(address)}:
                nodes.append(Node("a", [address], {"href": address}))
            case {"mark": mark, "marked": marked}:
                nodes.append(Node(MARKS[mark], inline(marked)))
    if position < len(text):
        nodes.append(text[position:])
    return nodes


HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*$")
FENCE = re.compile(r"```(\w*)\s*$")
ITEM = re.compile(r"(\s*)([-*+]|\d+\.)\s+(.*)")
TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$")


class Converter:
    """Reads lines and builds the blocks of a document."""

    def __init__(self, lines):
        self.lines = lines
        self.at = 0

    @property
    def line(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take(self):
        line = self.line
        self.at += 1
        return line

    def blocks(self):
        """The blocks to the end of the lines."""
        result = []
        while self.line is not None:
            if not self.line.strip():
                self.take()
            elif match := HEADING.match(self.line):
                self.take()
                result.append(self.heading(len(match[1]), match[2]))
            elif match := FENCE.match(self.line):
                self.take()
                result.append(self.code(match[1]))
            elif RULE.match(self.line):
                self.take()
                result.append(Node("hr"))
            elif self.line.startswith(">"):
                result.append(self.quote())
            elif ITEM.match(self.line):
                result.append(self.list())
            elif "|" in self.line and self.at + 1 < len(self.lines) and TABLE_RULE.match(self.lines[self.at + 1]):
                result.append(self.table())
            else:
                result.append(self.paragraph())
        return result

    def heading(self, level, text):
        slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        return Node(f"h{level}", inline(text), {"id": slug})

    def code(self, language):
        lines = []
        while self.line is not None and not FENCE.match(self.line):
            lines.append(self.take() + "\n")
        self.take()
        attributes = {"class": f"language-{language}"} if language else {}
        return Node("pre", [Node("code", ["".join(lines)], attributes)])

    def quote(self):
        lines = []
        while self.line is not None and self.line.startswith(">"):
            lines.append(self.take()[1:].removeprefix(" "))
        return Node("blockquote", Converter(lines).blocks())

    def list(self):
        indent, bullet, _ = ITEM.match(self.line).groups()
        ordered = bullet[-1] == "."
        node = Node("ol" if ordered else "ul")
        if ordered and bullet != "1.":
            node.attributes["start"] = bullet[:-1]
        while self.line is not None:
            match = ITEM.match(self.line)
            if not match or len(match[1]) < len(indent) or RULE.match(self.line):
                break
            if len(match[1]) > len(indent):
                node.children[-1].children.append(self.list())
                continue
            if (match[2][-1] == ".") != ordered:
                break
            self.take()
            text = match[3]
            while self.line and self.line.startswith(indent + "  ") and not ITEM.match(self.line):
                text += " " + self.take().strip()
            node.children.append(Node("li", self.item(text)))
        return node

    def item(self, text):
        box = re.match(r"\[([ xX])\]\s+(.*)", text)
        if not box:
            return inline(text)
        return [("☑" if box[1] in "xX" else "☐") + " ", *inline(box[2])]

    def table(self):
        def cells(line):
            return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]

        header = cells(self.take())
        sides = {(True, True): "center", (False, True): "right", (True, False): "left"}
        aligned = [sides.get((rule.startswith(":"), rule.endswith(":"))) for rule in cells(self.take())]
        rows = [("th", header)]
        while self.line is not None and "|" in self.line:
            rows.append(("td", cells(self.take())))
        table = Node("table")
        for tag, row in rows:
            tr = Node("tr")
            for text, side in zip(row, aligned):
                tr.children.append(Node(tag, inline(text), {"align": side} if side else {}))
            table.children.append(tr)
        return table

    def paragraph(self):
        lines = []
        while self.line and self.line.strip() and not (HEADING.match(self.line) or self.line.startswith((">", "```"))):
            if lines and ITEM.match(self.line):
                break
            lines.append(self.take())
        node = Node("p")
        for number, line in enumerate(lines):
            is_last = number == len(lines) - 1
            node.children += inline(line.strip())
            if not is_last:
                node.children.append(Node("br") if line.endswith("  ") else "\n")
        return node


def convert(text):
    document = Node("article", Converter(text.splitlines()).blocks())
    return "".join(document.pieces()).lstrip("\n")


SAMPLE = r"""
# A *small* Markdown sample

Paragraphs are lines of text, with **strong**, _emphasised_, ~~deleted~~ and `code <text>`.
A line with two spaces at its end  
is broken. Escapes: \*not emphasised\* & 1 < 2.

## Lists ##

- one
- two, which goes on
  in the next line
  - nested *item*
  - [another](https://example.org/a?b=1&c=2 "with a title")
    1. deep
    2. deeper
- [x] done
- [ ] not done

3. three
4. four

> A quotation
> # with a heading
> - and a list

```python
def f(a, b):
    return a < b and "quoted"
```

| Name  | Value | Note       |
|:------|------:|:----------:|
| pi    | 3.14  | **round**  |
| a\|b  | 2     | `x`        |

---

![A picture](picture.png) and <https://example.org/>.
"""


def main():
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            print(convert(file.read()))
    else:
        print(convert(SAMPLE))


main()
