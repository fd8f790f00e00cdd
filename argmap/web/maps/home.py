"""The first page: the maps that one may see, one's own first."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, When
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from argmap.accounts.models import User
from argmap.accounts.permissions import Role, Verb, may
from argmap.debate.models import Dispute, Stance
from argmap.journal.models import Event
from argmap.journal.prepared import STAND_IN, Prepared, counts_of, rows_of
from argmap.maps.models import Map, Node
from argmap.maps.versions import shown_seq

from ..http.respond import page_over_maps

cache = caches["pages"]

AT_FIRST = 10  # of each group, where all of them are shown
ON_A_PAGE = 30  # of one group
FACES = 3
LATELY = 100  # Events and statements, whose authors are a map's people

TITLES = {"mine": "Mine", "shared": "Shared with me", "public": "Public"}
ROLES = {
    Role.VIEWER: "you may read",
    Role.SUGGESTER: "you may suggest",
    Role.WRITER: "you may write",
    Role.EDITOR: "you may edit",
}


@dataclass
class Group:
    """Some of the maps that a person has the same claim to."""

    name: str
    page: Page
    versions: list
    rows: list = field(default_factory=list)  # HTML

    @property
    def title(self):
        return TITLES[self.name]

    @property
    def count(self):
        return self.page.paginator.count


class Version(NamedTuple):
    """What makes another version of what is told of a map: no two have all this in common."""

    last_event: int
    pk: int
    slug: str
    hidden: bool
    role_by_membership: int | None = None
    role_by_team: int | None = None


@dataclass
class Entry:
    """What the page says of one map."""

    map: Map
    role: str = ""
    thesis: Node | None = None
    theses: int = 0
    statements: int = 0
    open_disputes: int = 0
    credence: int = 0
    stances: int = 0
    last: Event | None = None
    people: list = field(default_factory=list)

    @property
    def faces(self):
        return self.people[:FACES]

    @property
    def more_people(self):
        return len(self.people[FACES:])


@require_safe
def home(request):
    """Each group of maps with its newest, or all of one group, page by page."""
    found = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    of = request.GET.get("of")
    of = of if of in TITLES else None
    return page_over_maps(
        request,
        "maps/home.html",
        lambda: _groups(request, found, of),
        version=lambda groups: [(group.count, group.versions) for group in groups],
        context=lambda groups: {
            "groups": _with_rows(groups, request.user),
            "maps": sum(group.count for group in groups),
            "found": found,
            "of": of,
            "begins": request.user.is_authenticated and may(request.user, Verb.BEGIN),
        },
    )


def _groups(request, words, of):
    """The versions of the maps of each group: what is theirs is read where it is needed."""
    names = [name for name in _names(request.user) if of in (None, name)]
    asked = _with_words(names, request.user, words) if words else [GROUPS[name] for name in names]
    reader = request.user.pk or STAND_IN
    most, at = (ON_A_PAGE, request.GET.get("page")) if of else (AT_FIRST, 1)
    counts = counts_of(asked, reader)
    pages = [Paginator(range(count), most).get_page(at) for count in counts]
    ranges = [page.object_list for page in pages]
    found = rows_of(list(zip(asked, ranges, strict=True)), reader)
    versions = [sorted((Version(*row) for row in rows), reverse=True) for rows in found]
    return [Group(*group) for group in zip(names, pages, versions, strict=True)]


def _names(user):
    return list(TITLES) if user.is_authenticated else ["public"]


def _told_versions(maps, user):
    roles = ["role_by_membership", "role_by_team"] if user.is_authenticated else []
    hidden = Case(When(hidden_at=None, then=0), default=1)
    maps = maps.with_role_of(user).latest_first().annotate(hidden=hidden)
    return maps.values_list("last_event", "pk", "slug", "hidden", *roles)


def _maps_of(name, user):
    given, mine = (Map.objects.given_to(user, least) for least in (Role.VIEWER, Role.OWNER))
    match name:
        case "mine":
            return mine
        case "shared":
            return given.exclude(pk__in=mine.values("pk"))
        case _ if user.is_authenticated:
            return Map.objects.public().exclude(pk__in=given.values("pk"))
    return Map.objects.public()


def _prepared(name):
    """A group of whoever asks; a visitor is given nothing, so all that is public is in theirs."""
    return Prepared(lambda pk: _told_versions(_maps_of(name, User(pk=pk)), User(pk=pk)))


GROUPS = {name: _prepared(name) for name in TITLES}


def _with_words(names, user, words):
    """The groups' maps with the words in their title, question or thesis."""
    theses = Node.objects.shown().filter(map=OuterRef("pk"), kind=Node.Kind.THESIS)
    in_thesis = Exists(theses.filter(text__icontains=words))
    in_map = Q(title__icontains=words) | Q(question__icontains=words)
    having = (in_map | in_thesis) & Q(hidden_at=None)
    return [
        Prepared(lambda _, name=name: _told_versions(_maps_of(name, user).filter(having), user))
        for name in names
    ]


def _with_rows(groups, user):
    """The groups with what the page says of their maps, in a constant number of queries."""
    rows = _rows([version for group in groups for version in group.versions], user)
    for group in groups:
        group.rows = [rows[version] for version in group.versions]
    return groups


def _rows(versions, user):
    """By version, what is told of it as HTML: made once for all who may do the same there.

    Who may read what is hidden is asked for each person, so that is not kept.
    """
    seq = shown_seq()  # of people's names
    keys = {each: ("home", settings.RELEASE, seq, each) for each in versions if not each.hidden}
    kept = cache.get_many(keys.values())
    found = {each: kept[key] for each, key in keys.items() if key in kept}
    missing = [each for each in versions if each not in found]
    entries = _entries([each.pk for each in missing], user)
    for each in missing:
        found[each] = render_to_string("maps/_map.html", {"entry": entries[each.pk]})
    cache.set_many({keys[each]: found[each] for each in missing if each in keys})
    return found


def _entries(ids, user):
    entries = {}
    for map in Map.objects.filter(pk__in=ids).with_role_of(user):
        map.withhold_from(user)
        entries[map.pk] = Entry(map, role=_role(map, user))
    _tell_of_theses(entries)
    for map_id, count in _counted(Node.objects.standing(), ids):
        entries[map_id].statements = count
    for map_id, count in _counted(Dispute.objects.undecided(), ids):
        entries[map_id].open_disputes = count
    _tell_of_people(entries)
    return entries


def _role(map, user):
    """What the person was given to do, where that is less than to own it."""
    if not user.is_authenticated or not (map.role_by_membership or map.role_by_team):
        return ""
    return ROLES.get(map.role_of(user), "")


def _counted(rows, ids):
    rows = rows.filter(map__in=ids).order_by()
    return rows.values("map").values_list("map", Count("pk"))


def _tell_of_theses(entries):
    """A map has one thesis, or several as rival answers to its question: the first stands here."""
    theses = {}
    for node in Node.objects.shown().filter(map__in=entries, kind=Node.Kind.THESIS):
        entry = entries[node.map_id]
        entry.theses += 1
        if not entry.map.withheld and entry.thesis is None:
            entry.thesis = theses[node.pk] = node
    stances = Stance.objects.filter(node__in=theses).order_by().values("node")
    for node_id, mean, count in stances.values_list("node", Avg("credence"), Count("pk")):
        entry = entries[theses[node_id].map_id]
        entry.credence, entry.stances = round(mean), count


def _tell_of_people(entries):
    """Who changed each map last; and of who lately did or wrote something there, the last first."""
    by_journal = {entry.map.journal_id: entry for entry in entries.values()}
    events = Event.objects.filter(
        journal__in=by_journal, seq__gt=F("journal__seq") - LATELY
    ).order_by("-pk")
    wrote = Node.objects.shown().filter(
        map__in=entries, number__gt=F("map__journal__numbered") - LATELY
    )
    found = {}  # (entry, person) in order; a dict since it keeps one of each
    for event in events.only("journal", "actor", "at", "seq"):
        entry = by_journal[event.journal_id]
        entry.last = entry.last or event
        found[entry.map.pk, event.actor_id] = entry
    for map_id, author_id in wrote.order_by("-number").values_list("map", "author"):
        found[map_id, author_id] = entries[map_id]
    people = User.objects.in_bulk({person_id for _, person_id in found if person_id})
    for (_, person_id), entry in found.items():
        if person_id:
            entry.people.append(people[person_id])
    for entry in entries.values():
        if entry.last and entry.last.actor_id:
            entry.last.actor = people[entry.last.actor_id]
