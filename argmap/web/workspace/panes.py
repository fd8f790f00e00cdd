"""The panes of the workspace as HTML: the outline, and what all readers of a class share."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from argmap.accounts.permissions import Verb, may
from argmap.debate.models import Dispute
from argmap.journal.errors import Gone
from argmap.maps.models import sees_article
from argmap.maps.skeleton import skeleton_of

from .cards import cards_of
from .outline import Line, branch, branches, lines, lines_below, outline, walk
from .text import drawing_of, edition_of

cache = caches["pages"]


@dataclass(frozen=True)
class Shown:
    """What a page of a map shows, and to which class of readers."""

    map: object
    edition: object
    sees_hidden: bool


@dataclass(frozen=True)
class Shared:
    """What all readers of a class see of the workspace, rendered."""

    shown: Shown
    editions: int
    outline: str
    text: str
    heat: str
    count: int
    has_thesis: bool
    open_disputes: int

    @property
    def weight(self):
        return len(self.outline) + len(self.text) + len(self.heat)


def shown_to(user, map, edition_number=None):
    """What this person is shown of the map. A hidden article's text only to who may see it."""
    edition = edition_of(map, edition_number).edition if sees_article(user, map) else None
    return Shown(map, edition, may(user, Verb.SEE_HIDDEN, map))


def shared_part(user, map, edition_number=None):
    """From the cache, under the `seq`s that came with the map. Raises Gone for no such edition."""
    shown = shown_to(user, map, edition_number)
    if shown.edition is None and edition_number is not None:
        raise Gone
    sees = shown.sees_hidden, sees_article(user, map)
    key = (
        "workspace", settings.RELEASE, map.pk, map.slug, map.seq, map.article_seq,
        shown.edition and shown.edition.pk, *sees,
    )  # fmt: skip
    return cache.get_or_set(key, lambda: _shared_part(shown))


def _shared_part(shown):
    drawing = drawing_of(shown.map, shown.edition) if shown.edition else None
    skeleton = skeleton_of(shown.map)
    return Shared(
        shown,
        editions=edition_of(shown.map).count,
        outline=outline_html(shown),
        text=drawing.text() if drawing else "",
        heat=drawing.heat if drawing else "",
        count=skeleton.standing,
        has_thesis=skeleton.has_thesis,
        open_disputes=open_disputes(shown.map),
    )


def open_disputes(map):
    """How many disputes of the map wait for a decision."""
    undecided = Dispute.objects.undecided().filter(map=map)
    return cache.get_or_set(("open disputes", map.pk, map.seq), undecided.count)


def outline_html(shown, selected=None, tools=""):
    """The whole outline, with the tools of the selected node in its card.

    The way to that node is opened, wherever it stands.
    """
    html = roots_html(shown, 0, selected and selected.number, tools)
    return mark_safe(f'<ol class="outline" id="outline">{html}</ol>')  # noqa: S308


def roots_html(shown, after, selected=None, tools="", but=None):
    """The outline's items behind the root `after`, without the one that is there already."""
    found = outline(skeleton_of(shown.map), after, selected, but)
    apart = [found.apart] if found.apart else []
    items = [*found.items, *apart]
    cards = _cards(shown, items)
    template = get_template("workspace/_outline.jinja", using="jinja2").template
    return mark_safe(  # noqa: S308
        template.render(
            html=_lines_html(shown, cards, lines(found.items), selected, tools),
            apart=_lines_html(shown, cards, lines(apart), selected, tools),
            left_out=found.left_out,
            all=found.all,
            after=found.last,
            but=found.apart.node.number if found.apart else but,
            address=shown.map.get_absolute_url(),
        )
    )


def branches_html(shown, numbers):
    """The items of these nodes with what hangs on them, by number, for a live update."""
    items = branches(skeleton_of(shown.map), numbers)
    cards = _cards(shown, items)
    return {item.node.number: _lines_html(shown, cards, lines([item])) for item in items}


def mention_html(shown, link):
    """The line that names by a link what stands elsewhere, for a live update."""
    return _lines_html(shown, {}, [Line("mention", link.source, link)])


def children_html(shown, number, after=0, but=None):
    """The items below a node behind the link `after`, without one that is there already."""
    root = branch(skeleton_of(shown.map), number, after, but)
    return _lines_html(shown, _cards(shown, [root]), lines_below(root, but))


def _cards(shown, items):
    return {number: card for (number, _), card in cards_of(shown, list(walk(items))).items()}


def _lines_html(shown, cards, rows, selected=None, tools=""):
    """The lines one after the other; how an item begins is kept with its card."""
    render = get_template("workspace/_line.jinja", using="jinja2").template.render
    address = shown.map.get_absolute_url()
    end = render(line=Line("close", 0))

    def html(line):
        if line.kind == "close":
            return end
        if line.kind != "open":
            return render(line=line, address=address)
        card = cards[line.number]
        if line.number != selected:
            return card.opening
        return render(line=line, card=card.html, tools=tools, selected=True)

    return mark_safe("".join(html(line) for line in rows))  # noqa: S308
