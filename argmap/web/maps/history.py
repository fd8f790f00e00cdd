"""A map's history: its journal as sentences, with the words of what is hidden withheld."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import render
from django.template.loader import render_to_string

from argmap.accounts.permissions import may_read_words
from argmap.debate.models import Annotation, Dispute
from argmap.journal.models import Change, Event
from argmap.journal.text import whole_number
from argmap.kinds import KINDS, kind_of
from argmap.maps.models import Link, Node

from ..http.respond import Allowed, versioned
from ..workspace.about import node_of
from ..workspace.kept import Kept, kept

cache = caches["pages"]

ON_A_PAGE = 50
ABOUT_ONE = 20
MANY = 12  # changes of one Event; above that it is told in sum
MOST_SAID = 1000  # of one node, in whose history its page looks

PHRASES = {
    "bring_in": "brought in the article and began the map",
    "begin_map": "began the map",
    "import_map": "brought in the map",
    "edit_map": "changed the map’s settings",
    "set_visibility": "changed who sees the map",
    "set_role": "changed a member’s role",
    "archive_map": "archived the map",
    "unarchive_map": "took the map out of the archive",
    "lock_map": "locked the map",
    "unlock_map": "unlocked the map",
    "add_node": "added",
    "edit_node": "edited",
    "retract_node": "retracted",
    "restore_node": "restored",
    "anchor_node": "anchored",
    "place_passage": "placed a passage",
    "add_link": "linked",
    "edit_link": "changed a step from",
    "move_link": "moved a step from",
    "retract_link": "retracted a step from",
    "restore_link": "restored a step from",
    "annotate": "annotated",
    "place_annotation": "placed the words of an annotation",
    "reply": "replied on",
    "edit_annotation": "edited an annotation on",
    "retract_annotation": "retracted an annotation on",
    "restore_annotation": "restored an annotation on",
    "resolve_annotation": "resolved an annotation on",
    "reopen_annotation": "reopened an annotation on",
    "open_dispute": "opened a dispute on",
    "edit_dispute": "edited a dispute on",
    "answer_dispute": "answered a dispute on",
    "decide_dispute": "decided a dispute on",
    "withdraw_dispute": "withdrew a dispute on",
    "take_stance": "took a stance on",
    "drop_stance": "took back a stance on",
    "suggest": "suggested a change of",
    "decide_suggestion": "decided a suggestion on",
    "withdraw_suggestion": "withdrew a suggestion on",
    "merge_nodes": "merged two statements into",
    "hide": "hid the map",
    "restore": "showed again the map",
}
#: The same of something in the map.
MODERATED = {"hide": "hid", "restore": "showed again"}

#: What the Events of a map tell of, by the name that their Changes have for it.
TOLD_OF = {kind.object_type: kind for kind in KINDS if kind.in_map}


@dataclass
class Words:
    """One text before and after a change."""

    before: str = ""
    after: str = ""
    html: str = ""  # of Markdown that still stands so; what no longer does is not rendered again


@dataclass
class Line:
    """An Event as a sentence about a node, with the words that it changed.

    Whoever gave a reason may have written into it what was hidden, but a moderator did not.
    """

    event: Event
    phrase: str
    node: Node | None = None
    words: list = field(default_factory=list)
    withheld: bool = False
    summary: str = ""
    about: str = ""

    @property
    def reason(self):
        spoken = not self.withheld or self.event.verb in MODERATED
        return self.event.reason if spoken else ""


@versioned
def history(request, map):
    """Every Event of the map, the newest first."""
    before = whole_number(request.GET.get("before"), digits=18)
    events = _events(map)
    if before is not None:
        events = events.filter(seq__lt=before)
    told = _told(
        map, request.user, ("all", before), lambda: (events, None), ON_A_PAGE, keep=before is None
    )
    context = {
        "map": map,
        "told": told,
        "newest": before is None,
        "allowed": Allowed(request.user, map),
    }
    return render(request, "maps/history.html", context)


def told_about(map, number, user, get_node):
    """The newest Events about one node, or about the newest that was said of it.

    Of an Event with many Changes (an import) only what it did to the node itself is told.
    """
    return _told(map, user, ("node", number), lambda: _about(map, get_node()), ABOUT_ONE)


def _about(map, node):
    changes = _changes(map, "maps.node", [node.pk]).union(
        _changes(map, "debate.dispute", _newest(Dispute.objects.filter(node=node))),
        _changes(map, "debate.annotation", _newest(Annotation.objects.filter(node=node))),
        _changes(map, "debate.annotation", _newest(Annotation.objects.filter(parent__node=node))),
    )
    return _events(map).filter(pk__in=changes), node


def _told(map, user, which, ask, most, *, keep=True):
    """The newest of some Events as HTML; `ask()` gives them, and the node that they are about."""

    def tell():
        events, node = ask()
        lines, hidden_of = _lines(map, events.order_by("-seq")[: most + 1], user, node)
        older = lines[most - 1].event.seq if len(lines) > most else None
        html = render_to_string("maps/_events.html", {"map": map, "lines": lines[:most]})
        return Kept(html, older, hidden_of)

    return kept(map, user, ("told", *which), tell, keep=keep)


def _changes(map, object_type, ids):
    """A part of a union: each finds its rows by an index, which an OR of them would not."""
    changes = Change.objects.filter(object_type=object_type, object_id__in=ids)
    return changes.filter(event__journal=map.journal_id).order_by().values("event")


def _newest(rows):
    return rows.order_by("-pk").values("pk")[:MOST_SAID]


def _events(map):
    """Those of the map up to the `seq` that it was read at."""
    return Event.objects.filter(journal=map.journal_id, seq__lte=map.seq)


def _lines(map, events, user, node=None):
    """The lines, and who wrote what is hidden in them; in a constant number of queries that read
    few rows, whatever the Events hold.

    Given a node: of an Event with many Changes, those of the node.
    """
    more = Change.objects.filter(event=OuterRef("pk")).order_by()[MANY : MANY + 1]
    events = list(events.select_related("actor").annotate(many=Exists(more)))
    few, many = ([e.pk for e in events if e.many is whether] for whether in (False, True))
    told = Q(event__in=few)
    if node:
        told |= Q(event__in=many, object_type="maps.node", object_id=node.pk)
    changes = defaultdict(list)
    for change in Change.objects.filter(told).order_by("pk"):
        changes[change.event_id].append(change)
    objects = _objects([change for rows in changes.values() for change in rows])
    for row in objects.values():
        row.map = map
    lines = [_line(event, changes[event.pk], objects, user) for event in events]
    if many and not node:
        sums = _sums(many)
        for line in lines:
            line.summary = sums.get(line.event.pk, "")
    return lines, frozenset(_hidden_of(objects.values()))


def _hidden_of(rows):
    """Who has written what others may not read."""
    return {row.author_id for row in rows if row.words_hidden}


def _objects(changes):
    """The rows that the changes are about, by (type, id)."""
    ids = defaultdict(set)
    for change in changes:
        ids[change.object_type].add(change.object_id)
    return {
        (object_type, row.pk): row
        for object_type, kind in TOLD_OF.items()
        if ids[object_type]
        for row in kind.model.objects.select_related(*kind.related).filter(pk__in=ids[object_type])
    }


def _line(event, changes, objects, user):
    line = Line(event, PHRASES.get(event.verb, event.verb.replace("_", " ")))
    for change in changes:
        row = objects.get((change.object_type, change.object_id))
        if row is None or change.text is None:
            continue
        kind = kind_of(row)
        line.node = line.node or node_of(kind.about(row))
        if may_read_words(user, row):
            line.words += _words(change, kind, row)
        else:
            line.withheld = True
        if event.verb in MODERATED:
            line.phrase = _moderated(event.verb, kind, line.node)
        if event.verb == "open_dispute":
            line.about = row.ground
        if event.verb == "decide_dispute":
            line.about = row.state
    return line


def _moderated(verb, kind, node):
    """What a moderator did, up to the number of the node: "hid #6", "hid the dispute on #6"."""
    if kind.model is Node:
        return MODERATED[verb]
    leads = "" if node is None else " from" if kind.model is Link else " on"
    return f"{MODERATED[verb]} the {kind.one}{leads}"


def _sums(events):
    """What Events with many Changes are told in; it never changes, so it is counted once."""
    keys = {("history", "sum", pk): pk for pk in events}
    found = cache.get_many(keys)
    if missing := [pk for key, pk in keys.items() if key not in found]:
        counts = defaultdict(dict)
        for event, kind, count in (
            Change.objects.filter(event__in=missing)
            .order_by()
            .values_list("event", "object_type")
            .annotate(count=Count("pk"))
        ):
            counts[event][kind] = count
        for pk in missing:
            found["history", "sum", pk] = _in_sum(counts[pk])
            cache.set(("history", "sum", pk), found["history", "sum", pk])
    return {pk: found[key] for key, pk in keys.items()}


def _in_sum(counts):
    found = [(counts[name], kind.many) for name, kind in TOLD_OF.items() if name in counts]
    return ", ".join(f"{count} {word}" for count, word in found)


def _words(change, kind, row):
    data = json.loads(change.text)
    before, after = data["before"] or {}, data["after"] or {}
    return [
        Words(before.get(name) or "", after.get(name) or "", _html(kind, row, name, after))
        for name in kind.texts
        if before.get(name) or after.get(name)
    ]


def _html(kind, row, name, after):
    return row.html(name) if name in kind.prose and after.get(name) == getattr(row, name) else ""
