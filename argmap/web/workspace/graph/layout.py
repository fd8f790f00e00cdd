"""Where boxes of several heights stand: a tree from left to right, each layer in its column.

Pure: keys in, places out. The same input always gives the same places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .widths import BOLD, OTHER, WIDE, WIDTHS

Key: TypeAlias = Hashable

WIDTH = 228
BETWEEN_LAYERS = 92
BETWEEN_SIBLINGS = 14
BETWEEN_BRANCHES = 26
BETWEEN_FORESTS = 72


class Places(NamedTuple):
    """The left upper corner of each box, the size of all together, and where each forest begins."""

    of: dict[Key, tuple[int, int]]
    width: int
    height: int
    forests: list[int]


class _Outline:
    """The upper and lower edges of a branch by layer, the deepest first; `down` counts for all."""

    def __init__(self, top: float, bottom: float) -> None:
        self.tops, self.bottoms, self.down = [top], [bottom], 0.0


def lay_out(
    forests: Sequence[Sequence[Key]],
    children: Mapping[Key, Sequence[Key]],
    heights: Mapping[Key, int],
) -> Places:
    """Forests stand one below the other; a parent is beside the middle of its children.

    What `children` names must be trees: each key once.
    """
    corners: dict[Key, tuple[int, int]] = {}
    begins, bottom = [], 0
    for roots in forests:
        if not roots:
            begins.append(bottom)
            continue
        top = bottom + BETWEEN_FORESTS if corners else 0
        begins.append(top)
        placed = _placed(roots, children, heights)
        highest = min(y for _, y in placed.values())
        for key, (x, y) in placed.items():
            corners[key] = (x, round(y - highest) + top)
            bottom = max(bottom, corners[key][1] + heights[key])
    width = max((x for x, _ in corners.values()), default=0) + WIDTH
    return Places(corners, width, bottom, begins)


def _placed(
    roots: Sequence[Key], children: Mapping[Key, Sequence[Key]], heights: Mapping[Key, int]
) -> dict[Key, tuple[int, float]]:
    """Without recursion, so that no chain is too long: up for the offsets, down for the places."""
    order, layers = list(roots), dict.fromkeys(roots, 0)
    for key in order:
        for child in children.get(key, ()):
            layers[child] = layers[key] + 1
            order.append(child)
    offsets: dict[Key, float] = {}  # of a centre, from the centre of what it hangs on
    outlines: dict[Key, _Outline] = {}
    for key in reversed(order):
        half = heights[key] / 2
        below = children.get(key, ())
        if not below:
            outlines[key] = _Outline(-half, half)
            continue
        outline = _stack(below, outlines, offsets)
        middle = (offsets[below[0]] + offsets[below[-1]]) / 2
        for child in below:
            offsets[child] -= middle
        outline.down -= middle
        outline.tops.append(-half - outline.down)
        outline.bottoms.append(half - outline.down)
        outlines[key] = outline
    _stack(roots, outlines, offsets)
    centres: dict[Key, float] = {root: offsets[root] for root in roots}
    for key in order:
        for child in children.get(key, ()):
            centres[child] = centres[key] + offsets[child]
    return {
        key: (layers[key] * (WIDTH + BETWEEN_LAYERS), centres[key] - heights[key] / 2)
        for key in order
    }


def _stack(
    keys: Sequence[Key], outlines: dict[Key, _Outline], offsets: dict[Key, float]
) -> _Outline:
    """Put branches below each other, as near as they fit. Costs what the lower ones are deep."""
    first, *others = keys
    offsets[first], upper = 0.0, outlines.pop(first)
    for key in others:
        lower = outlines.pop(key)
        common = min(len(upper.tops), len(lower.tops))
        gap = max(
            upper.bottoms[-i] + upper.down - lower.tops[-i] - lower.down
            + (BETWEEN_SIBLINGS if i == 1 else BETWEEN_BRANCHES)
            for i in range(1, common + 1)
        )  # fmt: skip
        offsets[key] = gap
        lower.down += gap
        kept, other = (upper, lower) if len(upper.tops) >= len(lower.tops) else (lower, upper)
        by = other.down - kept.down
        for i in range(1, common + 1):
            if kept is upper:
                kept.bottoms[-i] = other.bottoms[-i] + by
            else:
                kept.tops[-i] = other.tops[-i] + by
        upper = kept
    return upper


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Of a text in Source Serif 4, in pixels, estimated."""
    thousandths = sum(WIDTHS[each] if each in WIDTHS else _other(each) for each in text)
    return thousandths * size * (BOLD if bold else 1) / 1000


def _other(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    return WIDE if unicodedata.east_asian_width(letter) in "WF" else OTHER


def wrapped(
    text: str, width: float, size: float, *, most: int | None = None, bold: bool = False
) -> list[str]:
    """The text in lines that fit; at most so many, the last with an ellipsis where it is cut."""
    lines: list[str] = []
    line, used = "", 0.0
    space = width_of(" ", size, bold=bold)
    for word in text.split():
        for part in _pieces(word, width, size, bold):
            wide = width_of(part, size, bold=bold)
            if line and used + space + wide > width:
                lines.append(line)
                line, used = "", 0.0
                if most is not None and len(lines) > most:
                    return [*lines[: most - 1], _cut(lines[most - 1], width, size, bold)]
            line, used = (f"{line} {part}", used + space + wide) if line else (part, wide)
    lines.append(line)
    if most is not None and len(lines) > most:
        return [*lines[: most - 1], _cut(lines[most - 1], width, size, bold)]
    return lines


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    """A word that is longer than a line, in parts."""
    if width_of(word, size, bold=bold) <= width:
        return [word]
    pieces, begun, used = [], 0, 0.0
    for at, letter in enumerate(word):
        wide = width_of(letter, size, bold=bold)
        if used + wide > width and at > begun:
            pieces.append(word[begun:at])
            begun, used = at, 0.0
        used += wide
    return [*pieces, word[begun:]]


def _cut(line: str, width: float, size: float, bold: bool) -> str:
    while line and width_of(line + "…", size, bold=bold) > width:
        line = line[:-1]
    return line.rstrip(" ,;:.–—") + "…"
