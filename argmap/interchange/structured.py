"""A text, over which offsets count, and its structure as ranges beside it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

#: What parts of a text are. Blocks: a list has items, and these, quotes and footnotes have
#: paragraphs; a heading and code are one. The others are words of a paragraph; code may be.
KINDS = (
    "heading", "quote", "list", "item", "footnote", "code", "emphasis", "strong", "link", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Range:
    """text[start:end], in Unicode code points, and what it is.

    `level` of a heading is 1 to 6; `first` the number with which a list counts, if it does; `href`
    where a link leads; `note` the number of a footnote, and of what refers to it.
    """

    kind: str
    start: int
    end: int
    level: int | None = None
    first: int | None = None
    href: str | None = None
    note: int | None = None

    def as_row(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class StructuredText:
    """A text with its ranges, which contain one another or lie apart; outer ones come first."""

    text: str
    ranges: tuple[Range, ...] = ()

    def as_rows(self) -> list[dict[str, Any]]:
        return [each.as_row() for each in self.ranges]


def ranges_of(rows: Iterable[dict[str, Any]]) -> list[Range]:
    """What `as_rows` made."""
    return [Range(**row) for row in rows]
