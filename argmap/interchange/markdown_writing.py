"""A structured text as Markdown, from which `markdown.read` makes the same."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .structured import Range, StructuredText

#: What would be read as more than its words: within a line, and where one begins.
_MEANS_MORE = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_BEGINS_MORE = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|=+\s*$|-+\s*$|~~~)")
_BEGINS_ITEM = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_PLAIN = re.compile(r"[^\s()<>]+")  # an address that needs no brackets
_BLOCKS = frozenset({"heading", "quote", "list", "item", "footnote"})


@dataclass
class _Node:
    """A range with those within it."""

    range: Range
    within: list["_Node"] = field(default_factory=list)


def write(source: StructuredText) -> str:
    """The text in Markdown."""
    return _Writer(source.text).blocks(_tree(source.ranges), 0, len(source.text))


def _tree(ranges: Iterable[Range]) -> list[_Node]:
    roots: list[_Node] = []
    open_: list[_Node] = []
    for each in ranges:
        while open_ and each.start >= open_[-1].range.end:
            open_.pop()
        node = _Node(each)
        (open_[-1].within if open_ else roots).append(node)
        open_.append(node)
    return roots


class _Writer:
    def __init__(self, text: str) -> None:
        self.text = text

    def blocks(self, nodes: Sequence[_Node], start: int, end: int) -> str:
        """What lies between two offsets, with an empty line after each block."""
        return "\n\n".join(self._blocks(nodes, start, end))

    def _blocks(self, nodes: Sequence[_Node], start: int, end: int) -> Iterator[str]:
        inline: list[_Node] = []
        marks = _other_marks()
        for node in nodes:
            if not self._is_block(node):
                inline.append(node)
                continue
            yield from self._paragraphs(inline, start, node.range.start)
            inline, start = [], node.range.end
            yield self._block(node, next(marks))
        yield from self._paragraphs(inline, start, end)

    def _is_block(self, node: _Node) -> bool:
        start, end = node.range.start, node.range.end
        alone = start == 0 or self.text.startswith("\n\n", start - 2)
        alone = alone and (self.text.startswith("\n\n", end) or end == len(self.text))
        return node.range.kind in _BLOCKS or (node.range.kind == "code" and alone)

    def _block(self, node: _Node, marks: tuple[str, str]) -> str:
        each = node.range
        match each.kind:
            case "heading":
                return (
                    "#" * (each.level or 1) + " " + self._words(node.within, each.start, each.end)
                )
            case "code":
                return _fenced(self.text[each.start : each.end])
            case "quote":
                return _indented(self.blocks(node.within, each.start, each.end), "> ", "> ")
            case "footnote":
                lead = f"[{each.note}] "
                here = self.blocks(node.within, each.start + len(lead), each.end)
                return _indented(here, f"[^{each.note}]: ", "    ")
            case "list":
                bullet, point = marks
                items = []
                for number, item in enumerate(node.within, start=each.first or 0):
                    mark = f"{bullet} " if each.first is None else f"{number}{point} "
                    here = self.blocks(item.within, item.range.start, item.range.end)
                    items.append(_indented(here, mark, " " * len(mark)))
                return "\n\n".join(items)
        return self.blocks(node.within, each.start, each.end)

    def _paragraphs(self, nodes: Sequence[_Node], start: int, end: int) -> Iterator[str]:
        words = self._words(nodes, start, end).strip("\n")
        if words:
            yield from (_guarded(each) for each in re.split(r"\n{2,}", words))

    def _words(self, nodes: Sequence[_Node], start: int, end: int) -> str:
        parts, at = [], start
        for node in nodes:
            parts += [_escaped(self.text[at : node.range.start]), self._span(node)]
            at = node.range.end
        return "".join([*parts, _escaped(self.text[at:end])])

    def _span(self, node: _Node) -> str:
        each = node.range
        words = self._words(node.within, each.start, each.end)
        match each.kind:
            case "emphasis":
                return f"*{words}*"
            case "strong":
                return f"**{words}**"
            case "code":
                return _code(self.text[each.start : each.end])
            case "note":
                return f"[^{each.note}]"
            case "link":
                href = str(each.href)
                if self.text[each.start : each.end] == href and not node.within:
                    return f"<{href}>"
                return f"[{words}]({href})" if _PLAIN.fullmatch(href) else f"[{words}](<{href}>)"
        return words


def _other_marks() -> Iterator[tuple[str, str]]:
    """Of lists, each time others than before: next to each other they would be one list."""
    while True:
        yield "-", "."
        yield "*", ")"


def _escaped(text: str) -> str:
    text = _MEANS_MORE.sub(r"\\\g<0>", text)
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", text)  # a line that ends within a paragraph


def _guarded(paragraph: str) -> str:
    """A paragraph whose lines begin nothing else."""
    lines = (_BEGINS_ITEM.sub(r"\1\\\2", line, count=1) if _BEGINS_ITEM.match(line)
             else "\\" + line if _BEGINS_MORE.match(line) else line
             for line in paragraph.split("\n"))  # fmt: skip
    return "\n".join(lines)


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _indented(text: str, first: str, others: str) -> str:
    head, *rest = text.split("\n")
    lines = [others + line if line or others.strip() else "" for line in rest]
    return "\n".join([first + head, *lines])
