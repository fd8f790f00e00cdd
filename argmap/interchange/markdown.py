"""Articles in Markdown (CommonMark 0.31, with footnotes): their text, and its structure.

What is no text is left out: front matter, rules between sections, pictures but for the words that
stand for them. Footnotes stay where they stand, with the number of what refers to them. HTML is
no structure here; it stays as it was written.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt, rules_inline
from markdown_it.helpers import parseLinkLabel
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref
from mdit_py_plugins.front_matter import front_matter_plugin

from .structured import Range, StructuredText

MOST_RANGES = 10_000
MOST_IN_ADDRESSES = 1_000_000  # characters of all links together, which may share one address
LONGEST_ADDRESS = 1_000
LONGEST_LABEL = 999  # as CommonMark has it
LONGEST_NAME = 200  # of a footnote
MOST_LINES = 15_000
MOST_STEPS = 60_000  # for lines, and for each again in the lists and quotes that it stands in
MOST_MARKS = 25_000  # brackets, stars and the like
MOST_MARKS_IN_PARAGRAPH = 1_000  # since they take steps by the square of them
MOST_SQUARES = 10_000_000  # of those numbers, together

_ADDRESS = re.compile(r"https?://[^/\\\s]|mailto:", re.IGNORECASE)
_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"
_MARKS = re.compile(r"[\[\]*_`<!&\\]")
_ASKED_FOR = re.compile(r"[\n\[\]*_`<&\\]|!(?=\[)")  # all that a rule within lines may begin with
_NOTE = re.compile(rf"\[\^[^ \n\]]{{1,{LONGEST_NAME}}}\]")
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
    tokens = _parser.parse(source, env)
    reader = _Reader(env.get("footnotes", {}).get("refs", {}))
    reader.read(tokens)
    ranges = (each.range for each in reader.slots)
    return StructuredText("".join(reader.parts), tuple(each for each in ranges if each))


def _count_steps(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A rule that never applies, and is asked first wherever another might."""
    steps = state.env["steps"] = state.env.get("steps", 0) + (2 if silent else 7)
    if steps > MOST_STEPS:
        raise TooMuch("There are too many lines, or lists and quotes.")
    return False


def _check_marks(state: StateCore) -> None:
    """What the lines are is known; before the marks within them are read, they are counted."""
    together = squares = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        count = len(_MARKS.findall(token.content))
        together += count
        squares += count**2
        if count > MOST_MARKS_IN_PARAGRAPH or together > MOST_MARKS or squares > MOST_SQUARES:
            raise TooMuch("There are too many stars, brackets and the like.")


def _note(state: StateInline, silent: bool) -> bool:
    """The plugin's rule would look for the end of each that has none in all of the paragraph."""
    return bool(_NOTE.match(state.src, state.pos)) and footnote_ref(state, silent)


def _short(rule: RuleFuncInlineType, before: int) -> RuleFuncInlineType:
    """The rule without a look for long labels, each of which would be read anew as a whole."""

    def link(state: StateInline, silent: bool) -> bool:
        start = state.pos + before
        env = state.env
        if (
            "references" not in env
            or state.posMax - start <= LONGEST_LABEL
            or not state.src.startswith("![" if before else "[", state.pos)
            or parseLinkLabel(state, start) - start <= LONGEST_LABEL
        ):
            return rule(state, silent)
        state.env = {name: value for name, value in env.items() if name != "references"}
        try:
            return rule(state, silent)
        finally:
            state.env = env

    return link


def _encoded(address: str) -> str:
    """As a link has it; the parser's way takes apart what it then puts together again."""
    return quote(address, safe=_IN_ADDRESSES) if len(address) <= LONGEST_ADDRESS else ""


_parser = (
    MarkdownIt("commonmark", {"html": False})
    .use(front_matter_plugin)
    .use(footnote_plugin, inline=False)
    .disable("text_join")  # one could not tell an entity from the words around it
    .disable("footnote_tail")  # which drops what nothing refers to, and mistakes what is nested
)
_parser.core.ruler.after("block", "check_marks", _check_marks)
_parser.block.ruler.before(
    "front_matter",
    "count_steps",
    _count_steps,
    {"alt": ["paragraph", "reference", "blockquote", "list"]},
)
_parser.inline.terminator_re = _ASKED_FOR
_parser.inline.ruler.at("footnote_ref", _note)
_parser.inline.ruler.at("link", _short(rules_inline.link, 0))
_parser.inline.ruler.at("image", _short(rules_inline.image, 1))
_parser.normalizeLink = _encoded  # type: ignore[method-assign,assignment]
_parser.normalizeLinkText = str  # type: ignore[method-assign,assignment]


@dataclass(slots=True)
class _Slot:
    """A range that was begun: it starts with the first words in it, and is none without any."""

    kind: str
    details: dict[str, Any]
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
    open: list[_Slot | None] = field(default_factory=list)
    between: bool = False  # a paragraph has ended
    in_link: bool = False
    in_addresses: int = 0

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.nesting == 1:
                self.open.append(self._begun(token))
            elif token.nesting == -1:
                self._end(self.open.pop())
                if token.type in ("paragraph_close", "heading_close"):
                    self._end_paragraph()
            else:
                self._read(token)

    def _read(self, token: Token) -> None:
        match token.type:
            case "text" | "text_special":
                self._write(_words_of(token))
            case "inline":
                self.read(token.children or ())
            case "softbreak":
                self._write(" ")
            case "hardbreak":
                self._write("\n")
            case "code_inline":
                self._whole("code", token.content)
            case "code_block" | "fence":
                self._whole("code", token.content.strip("\n"))
                self._end_paragraph()
            case "footnote_ref":
                note = int(token.meta["id"]) + 1
                self._whole("note", f"[{note}]", note=note)
            case "image":
                link = self._link(token.attrs["src"])
                self.read(token.children or ())
                self._end(link)

    def _begun(self, token: Token) -> _Slot | None:
        match token.type:
            case "em_open":
                return self._begin("emphasis")
            case "strong_open":
                return self._begin("strong")
            case "link_open":
                return self._link(token.attrs["href"])
            case "heading_open":
                return self._begin("heading", level=int(token.tag[1]))
            case "blockquote_open":
                return self._begin("quote")
            case "bullet_list_open":
                return self._begin("list")
            case "ordered_list_open":
                return self._begin("list", first=int(token.attrs.get("start", 1)))
            case "list_item_open":
                return self._begin("item")
            case "footnote_reference_open":
                return self._footnote(token.meta["label"])
        return None

    def _footnote(self, label: str) -> _Slot | None:
        note = self.notes.get(f":{label}", -1) + 1
        slot = self._begin("footnote", note=note) if note else None
        self._write(f"[{note}] " if note else f"[^{label}]: ")
        return slot

    def _link(self, address: Any) -> _Slot | None:
        """Where it leads nowhere outside, or stands in another, its words alone."""
        address = str(address)
        if self.in_link or not _ADDRESS.match(address) or len(address) > LONGEST_ADDRESS:
            return None
        self.in_addresses += len(address)
        if self.in_addresses > MOST_IN_ADDRESSES:
            raise TooMuch("The addresses of all links together are too long.")
        self.in_link = True
        return self._begin("link", href=address)

    def _whole(self, kind: str, words: str, **details: Any) -> None:
        slot = self._begin(kind, **details)
        self._write(words)
        self._end(slot)

    def _begin(self, kind: str, **details: Any) -> _Slot:
        if len(self.slots) >= MOST_RANGES:
            raise TooMuch(f"There are more than {MOST_RANGES:,} headings, lists, links and so on.")
        slot = _Slot(kind, details)
        self.slots.append(slot)
        self.waiting.append(slot)
        return slot

    def _end(self, slot: _Slot | None) -> None:
        if slot is None:
            return
        if slot.start is not None:
            slot.range = Range(slot.kind, slot.start, self.length, **slot.details)
        if slot.kind == "link":
            self.in_link = False

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


def _words_of(token: Token) -> str:
    """An entity that stands for a line's end or another control stays as it was written."""
    if token.type == "text_special" and any(
        unicodedata.category(each) == "Cc" for each in token.content
    ):
        return token.markup
    return token.content
