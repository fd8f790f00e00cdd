"""What changed on a map's page since a `seq`, as `<hx-partial>`s; the same after one's own
write and in the live stream, so that both leave the same page.
"""

import json
from dataclasses import dataclass, field

from django.core.cache import caches
from django.db.models import Q
from django.template.loader import render_to_string

from argmap.articles import anchoring
from argmap.articles.models import Passage
from argmap.articles.placing import places_in
from argmap.debate.models import Annotation
from argmap.journal.models import Change
from argmap.journal.text import whole_number
from argmap.maps.models import Link, Node
from argmap.maps.skeleton import skeleton_of

from .cards import cards_of, paragraphs_of
from .outline import Item
from .panes import branch_html, open_disputes, outline_html
from .text import NO_MARKS, drawing_of, own_marks

cache = caches["pages"]

#: Fields of nodes and links whose change makes cards come, go or move.
STRUCTURE = {"retracted_at", "hidden_at", "target_node_id", "target_link_id", "number", "kind"}
MOST = 60  # changed cards; above that the whole outline is sent
WHOLE = None


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
    lists: set = field(default_factory=set)  # numbers of nodes below which cards came or went
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
    found.lists = _changed_lists(changed)
    found.talked_about = set(found.nodes) | _talked_about(changed)
    found.threads = _threads_on_words(changed)
    if shown.edition:
        found.paragraphs = _paragraphs(shown, changed, touched)
    return found


def _changed_lists(changed):
    """Below which nodes cards came or went; {WHOLE} where they moved about."""
    moved = {
        (kind, pk)
        for kind, pk, text in changed
        if kind in ("maps.link", "maps.node") and text and _moves_cards(text)
    }
    nodes = {pk for kind, pk in moved if kind == "maps.node"}
    links = Link.objects.filter(
        Q(pk__in=[pk for kind, pk in moved if kind == "maps.link"]) | Q(source__in=nodes)
    ).values_list("source", "target_node__number", "target_link__source__number")
    lists, placed = set(), set()
    for source, to_node, to_source in links:
        lists.add((to_node or to_source) if source in nodes else WHOLE)
        placed.add(source)
    return {WHOLE} if WHOLE in lists or nodes - placed else lists


def _moves_cards(text):
    return bool(STRUCTURE & set(json.loads(text)["after"] or ()))


def _talked_about(changed):
    """Nodes whose annotations or disputes were edited, which leaves their cards as they are."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    disputes = [pk for kind, pk, _ in changed if kind == "debate.dispute"]
    numbers = set()
    if annotations:
        rows = Annotation.objects.filter(pk__in=annotations)
        numbers |= set(rows.values_list("node__number", flat=True))
        numbers |= set(rows.values_list("parent__node__number", flat=True))
    if disputes:
        numbers |= set(Node.objects.filter(disputes__in=disputes).values_list("number", flat=True))
    return numbers - {None}


def _threads_on_words(changed):
    """Ids of the annotations that those threads begin with in which something was written."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    if not annotations:
        return set()
    rows = Annotation.objects.filter(pk__in=annotations).values_list("pk", "parent")
    first = Annotation.objects.filter(pk__in={parent or pk for pk, parent in rows})
    return set(first.filter(passage__isnull=False).values_list("pk", flat=True))


def _paragraphs(shown, changed, touched):
    """Numbers of the paragraphs in which a changed node or annotation has a passage."""
    annotations = [pk for kind, pk, _ in changed if kind == "debate.annotation"]
    passages = set(Passage.objects.filter(nodes__in=touched).values_list("pk", flat=True))
    if annotations:
        of_them = Passage.objects.filter(annotations__in=annotations)
        passages |= set(of_them.values_list("pk", flat=True))
    return _numbers(shown.edition, passages)


def _numbers(edition, passages):
    """Of the paragraphs in which these passages lie."""
    parts, spans = paragraphs_of(edition), set(places_in(edition, passages).values())
    return {part.number for span in spans for part in anchoring.overlapping(parts, *span)}


def _outline_partials(shown, difference):
    if WHOLE in difference.lists or len(difference.nodes) > MOST:
        yield partial("#outline", outline_html(shown))
        return
    for number in sorted(difference.lists):
        yield partial(f"#under-{number}", branch_html(shown, number))
    for number, card in _cards(shown, difference.nodes).items():
        yield partial(f"#card-{number}", card.html)


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
    """Each paragraph in which the person chose words privately, also what they took back since."""
    if shown.edition is None or not user.is_authenticated:
        return ""
    private = Annotation.objects.filter(
        map=shown.map, author=user, visibility=Annotation.Visibility.PRIVATE
    )
    passages = private.exclude(passage=None).values_list("passage", flat=True)
    numbers = _numbers(shown.edition, set(passages))
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
