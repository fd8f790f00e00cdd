"""The first page: the maps that one may see, one's own first."""

from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Avg, Count, Exists, F, OuterRef, Q
from django.views.decorators.http import require_safe

from argmap.accounts.models import User
from argmap.accounts.permissions import Role, Verb, may
from argmap.debate.models import Dispute, Stance
from argmap.journal.models import Event
from argmap.journal.reading import one_moment
from argmap.maps.models import Map, Node

from ..http.respond import page_over_maps

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
    entries: list = field(default_factory=list)

    @property
    def title(self):
        return TITLES[self.name]

    @property
    def count(self):
        return self.page.paginator.count


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
    with one_moment():
        groups = _groups(request, found, of)
        begins = request.user.is_authenticated and may(request.user, Verb.BEGIN)
        return page_over_maps(
            request,
            "maps/home.html",
            [(group.count, list(group.page)) for group in groups],
            lambda: {
                "groups": _with_entries(groups, request.user),
                "maps": sum(group.count for group in groups),
                "found": found,
                "of": of,
                "begins": begins,
            },
        )


def _groups(request, found, of):
    """The versions of the maps of each group: what is theirs is read where it is needed."""
    given, mine = (Map.objects.given_to(request.user, least) for least in (Role.VIEWER, Role.OWNER))
    groups = {
        "mine": mine,
        "shared": given.exclude(pk__in=mine.values("pk")),
        "public": Map.objects.public().exclude(pk__in=given.values("pk")),
    }
    if not request.user.is_authenticated:
        groups = {"public": Map.objects.public()}
    return [
        Group(name, Paginator(_versions(_with_words(maps, found), request.user), most).get_page(at))
        for name, maps in groups.items()
        for most, at in [(ON_A_PAGE, request.GET.get("page")) if of else (AT_FIRST, 1)]
        if of in (None, name)
    ]


def _with_words(maps, words):
    """Those with the words in their title, question or thesis."""
    if not words:
        return maps
    theses = Node.objects.shown().filter(map=OuterRef("pk"), kind=Node.Kind.THESIS)
    in_thesis = Exists(theses.filter(text__icontains=words))
    in_map = Q(title__icontains=words) | Q(question__icontains=words)
    return maps.filter(in_map | Q(in_thesis), hidden_at=None)


def _versions(maps, user):
    roles = ["role_by_membership", "role_by_team"] if user.is_authenticated else []
    return maps.with_role_of(user).latest_first().values_list("pk", "journal__seq", *roles)


def _with_entries(groups, user):
    """The groups with what the page says of their maps, in a constant number of queries."""
    entries = _entries([pk for group in groups for pk, *_ in group.page], user)
    for group in groups:
        group.entries = [entries[pk] for pk, *_ in group.page]
    return groups


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
