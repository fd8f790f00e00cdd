"""The structure of an edition as HTML: what stands around its paragraphs, and within them.

A paragraph is drawn by itself, since live updates bring it by itself; so lists and quotes stand
around paragraphs that know nothing of them, and emphasis begins anew in each run of words that
a passage cuts.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from django.core.cache import caches
from django.utils.html import escape
from django.utils.safestring import mark_safe

from argmap.articles.anchoring import overlapping
from argmap.interchange.structured import ranges_of
from argmap.journal.text import one_line

from .cards import paragraphs_of

cache = caches["pages"]

MOST_HEADINGS = 300  # that the contents name
HIGHEST = 2  # of a page's headings, the one above the text
_AROUND = {"quote": "blockquote", "item": "li", "footnote": "div"}
_WITHIN = {"emphasis": "em", "strong": "strong", "code": "code"}


class Run(NamedTuple):
    """Words of a paragraph that are all the same: by these tags, leading there, and whether the
    link ends with them."""

    start: int
    end: int
    tags: tuple
    href: str
    is_last: bool


@dataclass(frozen=True)
class Block:
    """A paragraph: how it is drawn, and what opens before and closes behind it."""

    tag: str = "p"
    kind: str = ""
    before: str = ""
    after: str = ""
    runs: tuple = ()

    def words(self, segment):
        """A segment's words with their tags; where a passage leads elsewhere, without links."""
        if not self.runs:
            return segment.text
        parts = groupby(self._runs_in(segment), key=attrgetter("href"))
        return mark_safe("".join(_link(href, runs, segment) for href, runs in parts))  # noqa: S308

    def leading_out(self, segment):
        """Links that a passage took the place of, as a mark behind their words."""
        if not (self.runs and segment.layers):
            return ""
        ended = [run for run in self._runs_in(segment) if run.is_last and run.end <= segment.end]
        return mark_safe("".join(_mark(run.href) for run in ended))  # noqa: S308

    def _runs_in(self, segment):
        first = bisect_right(self.runs, segment.start, key=attrgetter("end"))
        last = bisect_left(self.runs, segment.end, key=attrgetter("start"))
        return self.runs[first:last]


def _link(href, runs, segment):
    html = "".join(_tagged(run, segment) for run in runs)
    if not href:
        return html
    if segment.layers:
        return f'<span class="linked">{html}</span>'
    return f'<a href="{escape(href)}"{_rel(href)}>{html}</a>'


def _tagged(run, segment):
    first, last = max(run.start, segment.start), min(run.end, segment.end)
    html = escape(segment.text[first - segment.start : last - segment.start])
    for tag in reversed(run.tags):
        html = f"<{tag}>{html}</{tag}>"
    return html


def _mark(href):
    label = escape("To the footnote" if href.startswith("#") else href)
    return f'<a class="outward" href="{escape(href)}"{_rel(href)} aria-label="{label}"></a>'


def _rel(href):
    return "" if href.startswith("#") else ' rel="nofollow noopener ugc"'


class Heading(NamedTuple):
    level: int
    text: str
    paragraph: int


@dataclass(frozen=True)
class Layout:
    """How each paragraph of an edition is drawn, by its number, and what the headings are."""

    blocks: dict = field(default_factory=dict)
    headings: tuple = ()
    weight: int = 100

    def block(self, number):
        return self.blocks.get(number, _PLAIN)


_PLAIN = Block()


def layout_of(edition):
    """Of an edition, which never changes."""
    if not edition.structure:
        return _NONE
    return cache.get_or_set(f"layout:{edition.pk}", lambda: _Drawn(edition).layout())


_NONE = Layout()


def begins_with(edition, title):
    """Whether the text has the title of its article above it, so that a page need not."""
    first = next(iter(paragraphs_of(edition)), None)
    words = edition.text[first.start : first.end] if first else ""
    return one_line(words).casefold() == one_line(title).casefold()


class _Drawn:
    """The structure of an edition, paragraph by paragraph."""

    def __init__(self, edition):
        self.text = edition.text
        self.parts = paragraphs_of(edition)
        self.ranges = ranges_of(edition.structure)
        self.before, self.after = defaultdict(list), defaultdict(list)
        self.blocks, self.spans = {}, defaultdict(list)

    def layout(self):
        for each in self.ranges:
            if parts := overlapping(self.parts, each.start, each.end):
                self._draw(each, parts)
        numbers = {*self.before, *self.after, *self.blocks, *self.spans}
        blocks = {n: self._block(self.parts[n - 1]) for n in numbers}
        weight = 1000 + sum(300 + 150 * len(block.runs) for block in blocks.values())
        return Layout(blocks, tuple(self._headings()), weight)

    def _draw(self, each, parts):
        first, last = parts[0], parts[-1]
        whole = each.start <= first.start and last.end <= each.end
        if each.kind == "list" or each.kind in _AROUND:
            self._around(each, first.number, last.number)
        elif each.kind == "heading" or (whole and self._is_code(each, parts)):
            for part in parts:
                self.blocks[part.number] = each
        else:
            self.spans[first.number].append(each)

    def _is_code(self, each, parts):
        return each.kind == "code" and not any(part.number in self.blocks for part in parts)

    def _around(self, each, first, last):
        if each.kind == "list":
            tag = "ul" if each.first is None else "ol"
            start = f' start="{each.first}"' if each.first not in (None, 1) else ""
        else:
            tag = _AROUND[each.kind]
            start = ' class="footnote"' if each.kind == "footnote" else ""
        self.before[first].append(f"<{tag}{start}>")
        self.after[last].insert(0, f"</{tag}>")

    def _block(self, part):
        drawn = self.blocks.get(part.number)
        tag, kind = "p", ""
        if drawn and drawn.kind == "heading":
            tag, kind = f"h{min(6, drawn.level + HIGHEST)}", "heading"
        elif drawn:
            kind = "code"
        return Block(
            tag,
            kind,
            mark_safe("".join(self.before[part.number])),  # noqa: S308
            mark_safe("".join(self.after[part.number])),  # noqa: S308
            tuple(self._runs(part)),
        )

    def _runs(self, part):
        """The paragraph cut wherever a span begins or ends; outer spans come first."""
        spans = self.spans.get(part.number)
        if not spans:
            return
        begin, end = defaultdict(list), defaultdict(list)
        for index, span in enumerate(spans):
            begin[max(span.start, part.start)].append(index)
            end[min(span.end, part.end)].append(index)
        cuts = sorted({part.start, part.end, *begin, *end})
        over = {}
        for first, last in pairwise(cuts):
            for index in end[first]:
                over.pop(index, None)
            over |= {index: spans[index] for index in begin[first]}
            here = [over[index] for index in sorted(over)]
            tags = tuple(dict.fromkeys(_WITHIN[each.kind] for each in here if each.kind in _WITHIN))
            leading = [each for each in here if self._href(each)][-1:]
            href = self._href(leading[0]) if leading else ""
            yield Run(first, last, tags, href, bool(leading) and leading[0].end <= last)

    def _href(self, each):
        if each.kind == "note":
            return self._notes.get(each.note, "")
        return each.href or ""

    @cached_property
    def _notes(self):
        """Where each footnote stands on the page."""
        found = {}
        for each in self.ranges:
            if each.kind == "footnote" and (parts := overlapping(self.parts, each.start, each.end)):
                found[each.note] = f"#p{parts[0].number}"
        return found

    def _headings(self):
        headings = [each for each in self.ranges if each.kind == "heading"][:MOST_HEADINGS]
        for each in headings:
            if parts := overlapping(self.parts, each.start, each.end, 1):
                yield Heading(each.level, self.text[each.start : each.end], parts[0].number)
