"""The article's text with its passages drawn in, paragraph by paragraph, and the heat strip.

A drawing is kept as of the `seq` of its map. The next one has the same paragraphs but for those
in which a mark came or went, so a write costs what it changed, however large the map.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from django.core.cache import caches
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from argmap.articles.anchoring import overlapping
from argmap.articles.models import Edition
from argmap.journal.versions import Versions

from .cards import paragraphs_of
from .layout import layout_of
from .marks import (
    MARK,
    MOST_NAMED,
    NOTED,
    STATUSES,
    in_order,
    marks_since,
    named,
    read_marks,
    read_own_marks,
    within,
)

cache = caches["pages"]

DOUBT = STATUSES[:NOTED]
UNSURE = "unsure"
MOST_BARS = 200  # rows of the heat strip
NO_MARKS = np.empty(0, MARK)

_versions = Versions(most=4, most_bytes=60_000_000)


class Segment(NamedTuple):
    """A run of text under the same marks: where it stands in the edition, and what rests on it."""

    text: str
    start: int
    end: int
    nodes: tuple = ()
    annotations: tuple = ()  # private ones, too
    layers: tuple = ()  # of STATUSES, how each kind of thing shows; and whether it is unsure

    @property
    def is_for_one(self):
        return len(self.nodes) + len(self.annotations) == 1

    @property
    def described(self):
        """What rests on the words, for who does not see the lines."""
        counts = [(self.nodes, "statement"), (self.annotations, "annotation")]
        parts = [_counted(found, word) for found, word in counts if found]
        return ", ".join([*parts, *(["to confirm"] if UNSURE in self.layers else [])])


def _counted(found, word):
    more = " or more" if len(found) >= MOST_NAMED else ""
    return f"{len(found)}{more} {word}{'s' if len(found) > 1 else ''}"


class Found(NamedTuple):
    """An edition of an article, and how many there are."""

    edition: object
    count: int

    @property
    def weight(self):
        if self.edition is None:
            return 1000
        return 1000 + 2 * len(self.edition.text) + 500 * len(self.edition.structure)


def edition_of(map, number=None):
    """The edition of that number, or the newest; nothing where there is no article or no text.

    Kept under the article's `seq`: editions never change, there only come more. One that does not
    exist is not kept, or whoever asks for a thousand of them would fill the cache.
    """
    if map.article_id is None:
        return Found(None, 0)
    key = ("edition", map.article_id, map.article_seq)
    newest = cache.get_or_set((*key, None), lambda: _edition_of(map))
    if number is None or newest.edition is None or number == newest.edition.number:
        return newest
    if not 0 < number < newest.edition.number:
        return Found(None, newest.count)
    return cache.get_or_set((*key, number), lambda: _edition_of(map, number))


def _edition_of(map, number=None):
    editions = Edition.objects.filter(article=map.article_id)
    chosen = editions.order_by("-number") if number is None else editions.filter(number=number)
    return Found(chosen.first(), editions.count())


@dataclass(frozen=True)
class Drawing:
    """An edition with the marks that all readers of a map see, as of `seq`."""

    seq: int
    address: str
    edition: object
    marks: np.ndarray
    drawn: tuple  # the HTML of each paragraph
    bars: tuple  # of each row of the heat strip: its status, and the nodes in it
    heat: str  # the strip's bars, in percent of the text

    @property
    def weight(self):
        """Bytes; most paragraphs are those of the version before, too."""
        return self.marks.nbytes + len(self.heat) + sum(map(len, self.drawn)) + 8 * len(self.bars)

    def text(self, own=NO_MARKS):
        """All paragraphs."""
        block = layout_of(self.edition).block
        parts = ((block(number), html) for number, html in self.paragraphs(own))
        return mark_safe("".join(f"{b.before}{html}{b.after}" for b, html in parts))  # noqa: S308

    def paragraphs(self, own=NO_MARKS, numbers=None):
        """(number, html) of each paragraph, or of those."""
        parts = paragraphs_of(self.edition)
        with_own = _marked(parts, own)
        for part, html in zip(parts, self.drawn, strict=True):
            if numbers is None or part.number in numbers:
                yield part.number, self._with_own(part, own) if part.number in with_own else html

    def _with_own(self, part, own):
        """Where a reader has marks of their own, their page asks for the paragraph by itself."""
        here = [within(marks, part.start, part.end) for marks in (self.marks, own)]
        marks = tuple(named(in_order(np.concatenate(here))))
        return cache.get_or_set(
            ("paragraph", self.address, self.edition.pk, part.number, marks),
            lambda: _paragraph_html(self.address, self.edition, part, marks, own=True),
        )


def drawing_of(map, edition):
    """The edition as all readers of the map see it, as of `map.seq`."""
    return _versions.at(
        (map.pk, map.slug, edition.pk),
        map.seq,
        read_whole=lambda: _drawn(map, edition),
        bring_forward=lambda older: _drawn_since(map, older),
    )


def _drawn(map, edition):
    marks, address = read_marks(map, edition), map.get_absolute_url()
    bars = tuple(_bar(marks, *row) for row in _rows(edition))
    drawn = tuple(
        _drawn_paragraph(address, edition, marks, part) for part in paragraphs_of(edition)
    )
    return Drawing(map.seq, address, edition, marks, drawn, bars, _heat_html(bars))


def _drawn_since(map, older):
    edition, address = older.edition, older.address
    marks, moved = marks_since(map, edition, older.marks, older.seq)
    if not len(moved):
        return replace(older, seq=map.seq)
    parts = paragraphs_of(edition)
    anew = _marked(parts, moved)
    drawn = tuple(
        _drawn_paragraph(address, edition, marks, part) if part.number in anew else html
        for part, html in zip(parts, older.drawn, strict=True)
    )
    bars = tuple(
        _bar(marks, *row) if len(within(moved, *row)) else bar
        for row, bar in zip(_rows(edition), older.bars, strict=True)
    )
    heat = older.heat if bars == older.bars else _heat_html(bars)
    return Drawing(map.seq, address, edition, marks, drawn, bars, heat)


def own_marks(map, edition, user):
    """Marks that only this reader sees."""
    if edition is None or not user.is_authenticated:
        return NO_MARKS
    key = f"own:{map.pk}:{edition.pk}:{user.pk}:{map.account_seq}:{map.article_seq}"
    return cache.get_or_set(key, lambda: Kept(read_own_marks(map, edition, user))).marks


class Kept(NamedTuple):
    """An array that says its weight to the cache."""

    marks: np.ndarray

    @property
    def weight(self):
        return self.marks.nbytes


def _marked(parts, marks):
    """The numbers of the paragraphs that marks lie in."""
    spans = zip(marks["start"].tolist(), marks["end"].tolist(), strict=True)
    return {part.number for span in set(spans) for part in overlapping(parts, *span)}


def _drawn_paragraph(address, edition, marks, part):
    marks = named(within(marks, part.start, part.end))
    return _paragraph_html(address, edition, part, marks)


def _paragraph_html(address, edition, part, marks, own=False):
    return get_template("workspace/_text.jinja", using="jinja2").template.render(
        part=part,
        segments=segments(part, marks),
        address=address,
        edition=edition.number,
        block=layout_of(edition).block(part.number),
        own=own,
    )


def segments(part, marks):
    """The paragraph cut wherever a mark begins or ends."""
    begin, end = defaultdict(list), defaultdict(list)
    for index, mark in enumerate(marks):
        begin[max(mark.start, part.start)].append(index)
        end[min(mark.end, part.end)].append(index)
    nodes, annotations, statuses = {}, {}, Counter()  # of the marks that are over the segment
    found = []
    for first, last in pairwise(sorted({part.start, part.end, *begin, *end})):
        for index in end[first]:
            nodes.pop(index, None)
            annotations.pop(index, None)
            statuses[marks[index].status] -= 1
            statuses[UNSURE] -= marks[index].unsure
        for index in begin[first]:
            mark = marks[index]
            (nodes if mark.node else annotations)[index] = mark.node or mark.annotation
            statuses[mark.status] += 1
            statuses[UNSURE] += mark.unsure
        text = part.text[first - part.start : last - part.start]
        on_it = _first(nodes.values()), _first(annotations.values())
        found.append(Segment(text, first, last, *on_it, _layers(statuses)))
    return found


def _layers(statuses):
    """The most doubt in any node; whether there are annotations, private ones, and unsure ones."""
    doubt = [each for each in DOUBT if statuses[each]][:1]
    return (*doubt, *(each for each in (*STATUSES[NOTED:], UNSURE) if statuses[each]))


def _first(names):
    """The first of many, each once: a page names no more for one run of words."""
    found = {}
    for name in names:
        found[name] = None
        if len(found) == MOST_NAMED:
            break
    return tuple(found)


# ── The heat strip


def _rows(edition):
    """(start, end) in the text of each row of the strip."""
    length = len(edition.text)
    cuts = [length * row // MOST_BARS for row in range(MOST_BARS + 1)]
    return [(start, max(end, start + 1)) for start, end in pairwise(cuts)]


def _bar(marks, start, end):
    """What is most in doubt in that part of the text, and the first nodes there."""
    here = within(marks, start, end)
    here = here[here["node"] > 0]
    if not len(here):
        return None
    return STATUSES[here["status"].min()], _first(map(int, here["node"]))


def _heat_html(bars):
    """Rows that show the same, one below the other, are one bar."""
    shown, row = [], 0
    for bar, same in groupby(bars):
        height = len(list(same))
        if bar is not None:
            shown.append((*bar, 100 * row / MOST_BARS, 100 * height / MOST_BARS))
        row += height
    template = get_template("workspace/_heat.jinja", using="jinja2").template
    return mark_safe(template.render(bars=shown))  # noqa: S308 (Jinja has escaped it)
