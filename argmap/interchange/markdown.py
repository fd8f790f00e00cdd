"""Articles in Markdown (CommonMark 0.31, with footnotes): their text, and its structure.

What is no text is left out: front matter, rules between sections, pictures but for the words that
stand for them. Footnotes stay where they stand, with the number of what refers to them. HTML is
no structure here; it stays as it was written.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from .structured import Range, StructuredText

MOST_RANGES = 20_000
MOST_IN_ADDRESSES = 1_000_000  # characters of all links together, which may share one address
LONGEST_ADDRESS = 1_000
MOST_LINES = 20_000
MOST_MARKS = 50_000  # brackets, stars and the like
MOST_MARKS_IN_PARAGRAPH = 1_000  # since they take steps by the square of them

_SPANS = {"em": "emphasis", "strong": "strong"}
_ADDRESS = re.compile(r"https?://[^/\\\s]|mailto:", re.IGNORECASE)
_MARKS = re.compile(r"[\[\]*_`<!&\\]")
#: What hardly anybody writes who does not write Markdown.
_TELLING = re.compile(
    r"^\#{1,6}[ ]+\S"  # a heading
    r"|\]\(https?://"  # a link
    r"|(?<![\w*])\*\*[^\s*][^*\n]*\*\*(?![\w*])"  # strong
    r"|^\[\^\w+\]:"  # a footnote
    r"|^```",
    re.MULTILINE | re.VERBOSE,
)


class TooMuch(ValueError):
    """Markdown that would take too long to read, or has too much structure to keep."""


def looks_like_markdown(text: str) -> bool:
    """Whether a text that somebody pasted has marks that only Markdown has."""
    return _TELLING.search(text) is not None


def read(source: str) -> StructuredText:
    """The text of an article in Markdown, with its structure. Raises TooMuch."""
    if source.count("\n") > MOST_LINES:
        raise TooMuch(f"There are more than {MOST_LINES:,} lines.")
    env: dict[str, Any] = {}
    tree = SyntaxTreeNode(_parser.parse(source, env))
    reader = _Reader(env.get("footnotes", {}).get("refs", {}))
    reader.read(tree)
    ranges = (each.range for each in reader.slots)
    return StructuredText("".join(reader.parts), tuple(each for each in ranges if each))


def _check_marks(state: StateCore) -> None:
    """What the lines are is known; before the marks within them are read, they are counted."""
    together = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        count = len(_MARKS.findall(token.content))
        together += count
        if count > MOST_MARKS_IN_PARAGRAPH or together > MOST_MARKS:
            raise TooMuch("There are too many stars, brackets and the like.")


_parser = (
    MarkdownIt("commonmark", {"html": False})
    .use(front_matter_plugin)
    .use(footnote_plugin, inline=False)
    .disable("text_join")  # one could not tell an entity from the words around it
    .disable("footnote_tail")  # which drops what nothing refers to, and mistakes what is nested
)
_parser.core.ruler.after("block", "check_marks", _check_marks)


@dataclass
class _Slot:
    """A range that was begun: it starts with the first words in it, and is none without any."""

    start: int | None = None
    range: Range | None = None


@dataclass
class _Reader:
    """A text as far as it was read, with its ranges, outer ones first."""

    notes: dict[str, int]  # by `:label`, from 0; -1 where nothing refers to it
    parts: list[str] = field(default_factory=list)
    length: int = 0
    slots: list[_Slot] = field(default_factory=list)
    waiting: list[_Slot] = field(default_factory=list)  # for the next words
    between: bool = False  # a paragraph has ended
    in_link: bool = False
    in_addresses: int = 0

    def read(self, node: SyntaxTreeNode) -> None:
        match node.type:
            case "text" | "text_special":
                self._write(_words_of(node))
            case "softbreak":
                self._write(" ")
            case "hardbreak":
                self._write("\n")
            case "em" | "strong":
                self._range(node, _SPANS[node.type])
            case "link":
                self._link(node, node.attrs["href"])
            case "image":
                self._link(node, node.attrs["src"])
            case "code_inline":
                with self._in_range("code"):
                    self._write(node.content)
            case "footnote_ref":
                note = int(node.meta["id"]) + 1
                with self._in_range("note", note=note):
                    self._write(f"[{note}]")
            case "heading":
                self._range(node, "heading", level=int(node.tag[1]))
                self._end_paragraph()
            case "code_block" | "fence":
                with self._in_range("code"):
                    self._write(node.content.strip("\n"))
                self._end_paragraph()
            case "blockquote":
                self._range(node, "quote")
            case "bullet_list":
                self._range(node, "list")
            case "ordered_list":
                self._range(node, "list", first=int(node.attrs.get("start", 1)))
            case "list_item":
                self._range(node, "item")
            case "footnote_reference":
                self._footnote(node)
            case "paragraph":
                self._children(node)
                self._end_paragraph()
            case _:
                self._children(node)

    def _children(self, node: SyntaxTreeNode) -> None:
        for child in node.children:
            self.read(child)

    def _range(self, node: SyntaxTreeNode, kind: str, **details: Any) -> None:
        with self._in_range(kind, **details):
            self._children(node)

    def _footnote(self, node: SyntaxTreeNode) -> None:
        label = node.meta["label"]
        note = self.notes.get(f":{label}", -1) + 1
        if not note:
            self._write(f"[^{label}]: ")
            return self._children(node)
        with self._in_range("footnote", note=note):
            self._write(f"[{note}] ")
            return self._children(node)

    def _link(self, node: SyntaxTreeNode, address: Any) -> None:
        """Where it leads nowhere outside, or stands in another, its words alone."""
        address = str(address)
        if self.in_link or not _ADDRESS.match(address) or len(address) > LONGEST_ADDRESS:
            return self._children(node)
        self.in_addresses += len(address)
        if self.in_addresses > MOST_IN_ADDRESSES:
            raise TooMuch("The addresses of all links together are too long.")
        self.in_link = True
        self._range(node, "link", href=address)
        self.in_link = False
        return None

    @contextmanager
    def _in_range(self, kind: str, **details: Any) -> Iterator[None]:
        if len(self.slots) >= MOST_RANGES:
            raise TooMuch(f"There are more than {MOST_RANGES:,} headings, lists, links and so on.")
        slot = _Slot()
        self.slots.append(slot)
        self.waiting.append(slot)
        yield
        if slot.start is not None:
            slot.range = Range(kind, slot.start, self.length, **details)

    def _write(self, words: str) -> None:
        if not words:
            return
        if self.between:
            self.parts.append("\n\n")
            self.length += 2
            self.between = False
        for slot in self.waiting:
            slot.start = self.length
        self.waiting.clear()
        self.parts.append(words)
        self.length += len(words)

    def _end_paragraph(self) -> None:
        self.between = self.length > 0


def _words_of(node: SyntaxTreeNode) -> str:
    """An entity that stands for a line's end or another control stays as it was written."""
    if node.type == "text_special" and any(unicodedata.category(c) == "Cc" for c in node.content):
        return str(node.markup)
    return str(node.content)
