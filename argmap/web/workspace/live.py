"""What changed on a map's page since a `seq`, as `<hx-partial>`s; the same after one's own
write and in the live stream, so that both leave the same page.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.cache import caches
from django.template.loader import render_to_string

from argmap.articles import anchoring
from argmap.articles.models import Passage, Placement
from argmap.articles.placing import places_in
from argmap.debate.models import Annotation, Dispute
from argmap.journal.models import Change
from argmap.journal.text import whole_number
from argmap.maps.models import Node
from argmap.maps.skeleton import TOP, Moves, moved_since, skeleton_of

from .cards import cards_of, paragraphs_of
from .outline import Item
from .panes import branches_html, mention_html, open_disputes, outline_html
from .text import NO_MARKS, drawing_of, own_marks

cache = caches["pages"]

#: Fields of nodes and links whose change makes cards come, go or move.
STRUCTURE = {
    "retracted_at", "hidden_at", "target_node_id", "target_link_id", "relation", "number", "kind",
}  # fmt: skip
MOST = 60  # cards and lines that changed or moved; above that the whole outline is sent


@dataclass(frozen=True)
class Position:
    """The `seq` of each journal that a page shows."""

    map: int
    article: int = 0
    account: int = 0

    def __str__(self):
        return f"{self.map}.{self.article}.{self.account}"

    def is_beyond(self, other):
        return self.map > other.map or self.article > other.article or self.account > other.account

    @classmethod
    def parse(cls, text):
        """Raises ValueError."""
        numbers = [whole_number(part, digits=18) for part in text.split(".")]
        if len(numbers) != 3 or None in numbers:
            raise ValueError(text)
        return cls(*numbers)


def position(map):
    """Where a page stands that is rendered from a map as `get_map` gave it."""
    return Position(map.seq, map.article_seq, map.account_seq)


@dataclass
class Difference:
    """What Events after a `seq` touched."""

    nodes: list = field(default_factory=list)  # numbers of nodes whose cards changed
    #: Of cards in the outline; None where that is not known.
    moves: Moves | None = field(default_factory=Moves)
    paragraphs: set = field(default_factory=set)
    talked_about: set = field(default_factory=set)  # numbers of nodes whose margin changed
    threads: set = field(default_factory=set)  # ids of annotations of words whose thread changed


def news(shown, since):
    """The names of what each reader fetches by themself, and the partials for all of a class."""
    difference = difference_of(shown, since)
    names = [f"node-{number}" for number in sorted(difference.talked_about)]
    names += [f"annotation-{pk}" for pk in sorted(difference.threads)]
    names += [f"paragraph-{number}" for number in sorted(difference.paragraphs)]
    return names, _partials(shown, difference)


def partials(shown, since, user):
    """With what is the reader's own."""
    return _partials(shown, difference_of(shown, since), user)


def _partials(shown, difference, user=None):
    return "".join(
        [
            *_outline_partials(shown, difference),
            *_text_partials(shown, difference, user),
            *_counts(shown),
        ]
    )


def difference_of(shown, since):
    changed = list(
        Change.objects.filter(
            event__journal_id=shown.map.journal_id,
            event__seq__gt=since,
            event__seq__lte=shown.map.seq,
        ).values_list("object_type", "object_id", "text")
    )
    touched = Node.objects.filter(map=shown.map, touched__gt=since).order_by("number")
    found = Difference(nodes=list(touched.values_list("number", flat=True)))
    if any(_moves_cards(*change) for change in changed):
        found.moves = moved_since(shown.map, since)
    if found.moves is not None:
        found.nodes = sorted({*found.nodes, *found.moves.leading_elsewhere})
    found.talked_about = set(found.nodes) | _talked_about(changed)
    found.threads = _threads_on_words(changed)
    if shown.edition:
        found.paragraphs = _paragraphs(shown, changed, touched)
    return found


def _moves_cards(kind, pk, text):
    if kind not in ("maps.link", "maps.node") or text is None:
        return False
    return bool(STRUCTURE & set(json.loads(text)["after"] or ()))


#: From what is said of a node or a step to the number by which the margin about it is told.
NODE_OF_MARGIN = ("node__number", "link__source__number")


def _talked_about(changed):
    """Nodes of which, or of whose steps, annotations or disputes were edited, which leaves their
    cards as they are."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    disputes = [pk for kind, pk, _ in changed if kind == "debate.dispute"]
    rows = []
    if annotations:
        found = Annotation.objects.filter(pk__in=annotations)
        in_thread = [f"parent__{path}" for path in NODE_OF_MARGIN]
        rows += found.values_list(*NODE_OF_MARGIN, *in_thread)
    if disputes:
        rows += Dispute.objects.filter(pk__in=disputes).values_list(*NODE_OF_MARGIN)
    return {number for row in rows for number in row if number is not None}


def _threads_on_words(changed):
    """Ids of the annotations that those threads begin with in which something was written."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    if not annotations:
        return set()
    rows = Annotation.objects.filter(pk__in=annotations).values_list("pk", "parent")
    first = Annotation.objects.filter(pk__in={parent or pk for pk, parent in rows})
    return set(first.filter(passage__isnull=False).values_list("pk", flat=True))


def _paragraphs(shown, changed, touched):
    """Numbers of the paragraphs in which a changed node or annotation has a passage, and of those
    between which a person moved one."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    passages = set(Passage.objects.filter(nodes__in=touched).values_list("pk", flat=True))
    if annotations:
        of_them = Passage.objects.filter(annotations__in=annotations)
        passages |= set(of_them.values_list("pk", flat=True))
    spans = set(places_in(shown.edition, passages).values())
    return _numbers(shown.edition, spans | _spans_of_placements(shown.edition, changed))


def _numbers(edition, spans):
    """Of the paragraphs in which these places lie."""
    parts = paragraphs_of(edition)
    return {part.number for span in spans for part in anchoring.overlapping(parts, *span)}


def _spans_of_placements(edition, changed):
    """(start, end) where passages stand in an edition that a person has placed there, and where
    they stood before. A Change names only what differs."""
    befores = defaultdict(list)
    for kind, pk, text in changed:
        if kind == "articles.placement" and text is not None:
            befores[pk].append(json.loads(text)["before"] or {})
    spans = set()
    for placement in Placement.objects.filter(edition=edition, pk__in=befores):
        start, end = placement.start, placement.end
        spans.add((start, end))
        for before in reversed(befores[placement.pk]):
            start, end = before.get("start", start), before.get("end", end)
            spans.add((start, end))
    return {span for span in spans if None not in span}


def _outline_partials(shown, difference):
    """What a page needs to become like a new one, and no more: what its reader opened stays open.

    A page may have all of it already: whoever wrote it gets it as an answer, and from the stream.
    """
    moves = difference.moves
    if moves is None or len(moves) + len(difference.nodes) > MOST:
        yield partial("#outline", outline_html(shown))
        return
    skeleton = skeleton_of(shown.map)
    yield from _moved(shown, skeleton, moves)
    for parent in sorted(moves.lists):
        yield _count_of(skeleton, parent)
    for number, card in _cards(shown, {*difference.nodes, *moves.nodes}).items():
        yield partial(f"#card-{number}", card.html)


def _moved(shown, skeleton, moves):
    """What is gone, away; what has come or moved at its place, from above, one by one."""
    places, names = [], {f"n{number}" for number in moves.nodes}
    names |= {f"mention-{pk}" for pk in moves.mentions}
    numbers = [number for number in moves.nodes if skeleton.is_shown(number)]
    for number, html in branches_html(shown, numbers).items():
        home = skeleton.home(number)
        index = skeleton.index_below(home) if home else skeleton.index_after_root(number) - 1
        place = home.parent if home else TOP, index
        places.append((skeleton.depth(number), *place, f"n{number}", html))
    for link in filter(None, map(skeleton.link, moves.mentions)):
        if skeleton.is_shown(link.source) and not skeleton.is_home(link):
            place = skeleton.depth(link.parent) + 1, link.parent, skeleton.index_below(link)
            places.append((*place, f"mention-{link.pk}", mention_html(shown, link)))
    for name in sorted(names - {name for *_, name, _ in places}):
        yield f'<hx-place id="{name}"></hx-place>'
    for _, parent, index, name, html in sorted(places):
        where = f'list="{f"under-{parent}" if parent else "outline"}"'
        if index:
            where += f' after="{_item_at(skeleton, parent, index - 1)}"'
        yield f'<hx-place id="{name}" {where}>{html}</hx-place>'


def _item_at(skeleton, parent, index):
    """The id of an item in a list of the outline."""
    if parent == TOP:
        [root], _ = skeleton.roots_from(index, 1)
        return f"n{root}"
    [link] = skeleton.links_below(parent, index, 1)
    return f"n{link.source}" if skeleton.is_home(link) else f"mention-{link.pk}"


def _count_of(skeleton, parent):
    """Of all that is in a list, for a page that has left out some of it."""
    if parent != TOP:
        return partial(f"#below-{parent}", skeleton.count_below(parent), swap="innerHTML")
    _, count = skeleton.roots_from(0, 0)
    return partial("#below-roots", count, swap="innerHTML")


def _cards(shown, numbers):
    """Wherever they stand: a page may have opened more than it began with."""
    skeleton = skeleton_of(shown.map)
    items = [
        Item(skeleton.node(number), skeleton.home(number))
        for number in numbers
        if skeleton.is_shown(number)
    ]
    return {number: card for (number, _), card in cards_of(shown, items).items()}


def _text_partials(shown, difference, user):
    if not difference.paragraphs:
        return
    drawing = drawing_of(shown.map, shown.edition)
    own = own_marks(shown.map, shown.edition, user) if user else NO_MARKS
    others = "" if user else ":not(.own)"  # who has marks of their own in it fetches it
    for number, html in drawing.paragraphs(own, difference.paragraphs):
        yield partial(f"#p{number}{others}", html)
    yield partial("#heat", drawing.heat)


def own_partials(shown, user):
    """Each paragraph in which the person chose words privately, also what they took back or placed
    elsewhere since."""
    if shown.edition is None or not user.is_authenticated:
        return ""
    private = Annotation.objects.filter(
        map=shown.map, author=user, visibility=Annotation.Visibility.PRIVATE
    )
    passages = private.exclude(passage=None).values_list("passage", flat=True)
    spans = set(places_in(shown.edition, passages).values())
    placed = Placement.objects.filter(edition=shown.edition, placed_by=user, passage__in=passages)
    changed = Change.objects.filter(
        event__journal_id=user.journal_id,
        object_type="articles.placement",
        object_id__in=placed.values("pk"),
    ).values_list("object_type", "object_id", "text")
    numbers = _numbers(shown.edition, spans | _spans_of_placements(shown.edition, changed))
    own = own_marks(shown.map, shown.edition, user)
    drawing = drawing_of(shown.map, shown.edition)
    return "".join(
        partial(f"#p{number}", html) for number, html in drawing.paragraphs(own, numbers)
    )


def _counts(shown):
    skeleton = skeleton_of(shown.map)
    context = {"map": shown.map, "open_disputes": open_disputes(shown.map)}
    disputes = render_to_string("workspace/_open_disputes.html", context)
    yield partial("#open-disputes", disputes)
    yield partial("#count", skeleton.standing, swap="innerHTML")
    thesis = {"map": shown.map, "has_thesis": skeleton.has_thesis}
    yield partial("#no-thesis", render_to_string("workspace/_no_thesis.html", thesis))
    yield partial("#write-thesis", render_to_string("workspace/_write_thesis.html", thesis))


def partial(target, html, swap="outerMorph"):
    """A piece of a response that htmx puts at another place of the page."""
    return f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>'
