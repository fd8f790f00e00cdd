"""The words of a map's statements, kept in the process, so that they are found while one types.

One long text that is looked through at once: of 100,000 statements that takes a few milliseconds,
where the database takes a hundred. It is brought forward by the nodes that were touched since.
"""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from argmap.journal.versions import CannotBringForward, Versions

from .models import Node

MOST_TOUCHED = 2_000  # beyond that, reading whole is quicker
MOST_LOOKED_AT = 20_000  # statements with a word, once for each that is wanted too
END = "\n"  # which no statement holds in its folded form

_versions = Versions(most=2, most_bytes=40_000_000)


class Found(NamedTuple):
    number: int
    kind: str
    text: str


@dataclass(frozen=True)
class Wording:
    """Of the nodes that are shown as of a `seq`: their texts without case, one after the other.

    `later` are those that were touched since the long text was put together; None where they are
    shown no more.
    """

    seq: int
    folded: str
    starts: list[int]
    numbers: list[int]
    later: dict[int, str | None] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return 2 * len(self.folded) + 16 * len(self.starts) + 300 * len(self.later)

    def numbers_of(self, words: str, most: int) -> list[int]:
        """Of the first nodes, by number, that have all these words, or beginnings of words."""
        wanted = sorted(set(_folded(words).split()), key=lambda word: (-len(word), word))
        if not wanted:
            return []
        found = {n for n, text in self.later.items() if text and all(w in text for w in wanted)}
        at = -1
        for _ in range(MOST_LOOKED_AT // len(wanted)):
            at = self.folded.find(wanted[0], at + 1)
            if at < 0 or len(found) >= most:
                break
            index = bisect_right(self.starts, at) - 1
            end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.folded)
            number = self.numbers[index]
            if number not in self.later and all(
                self.folded.find(word, self.starts[index], end) >= 0 for word in wanted[1:]
            ):
                found.add(number)
            at = end - 1
        return sorted(found)[:most]


def wording_of(map) -> Wording:
    """As of `map.seq`."""
    return _versions.at(
        map.pk,
        map.seq,
        read_whole=lambda: _read(map),
        bring_forward=lambda older: _forward(map, older),
    )


def find_statements(map, words: str, most: int) -> list[Found]:
    """The statements that are shown and have these words, or this number, which comes first."""
    number = words.strip().removeprefix("#")
    numbers = wording_of(map).numbers_of(words, most)
    if number.isascii() and number.isdecimal() and len(number) <= 9:
        numbers = [int(number), *(n for n in numbers if n != int(number))]
    rows = Node.objects.shown().filter(map=map, number__in=numbers[:most])
    nodes = {number: Found(number, kind, text) for number, kind, text in
             rows.values_list("number", "kind", "text")}  # fmt: skip
    return [nodes[number] for number in numbers if number in nodes]


def _read(map) -> Wording:
    rows = Node.objects.shown().filter(map=map).order_by("number").values_list("number", "text")
    starts, numbers, texts, at = [], [], [], 0
    for number, text in rows.iterator(chunk_size=5_000):
        text = _folded(text) + END
        starts.append(at)
        numbers.append(number)
        texts.append(text)
        at += len(text)
    return Wording(map.seq, "".join(texts), starts, numbers)


def _forward(map, older: Wording) -> Wording:
    touched = Node.objects.filter(map=map, touched__gt=older.seq)
    rows = touched.values_list("number", "text", "retracted_at", "hidden_at")
    rows = list(rows[: MOST_TOUCHED + 1])
    if len(rows) + len(older.later) > MOST_TOUCHED:
        raise CannotBringForward
    later = {
        number: None if retracted or hidden else _folded(text)
        for number, text, retracted, hidden in rows
    }
    return replace(older, seq=map.seq, later=older.later | later)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
