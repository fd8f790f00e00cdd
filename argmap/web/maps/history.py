"""A map's history: its journal as sentences, with the words of what is hidden withheld."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.shortcuts import render

from argmap.debate.models import Annotation, Dispute, Stance, Suggestion
from argmap.journal.models import Change, Event
from argmap.maps.models import Link, Node

from ..http.respond import Allowed, versioned
from ..workspace.margin import withheld_from

ON_A_PAGE = 50
ABOUT_ONE = 20
MANY = 12  # changes of one Event; above that it is told in sum

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
    "edit_link": "changed the scheme of a step from",
    "move_link": "moved a step from",
    "retract_link": "retracted a step from",
    "restore_link": "restored a step from",
    "annotate": "annotated",
    "reply": "replied on",
    "edit_annotation": "edited an annotation on",
    "retract_annotation": "retracted an annotation on",
    "restore_annotation": "restored an annotation on",
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
    "hide": "hid something on",
    "restore": "restored something on",
}

#: Fields that hold words, by kind of object.
WORDS = {
    "maps.node": ("text", "detail"),
    "debate.annotation": ("text",),
    "debate.dispute": ("statement", "answer", "decision", "what_changed"),
    "debate.suggestion": ("text", "detail", "why", "decision"),
}


@dataclass
class Words:
    """One text before and after a change."""

    before: str = ""
    after: str = ""


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
    note: str = ""

    @property
    def reason(self):
        spoken = not self.withheld or self.event.verb in ("hide", "restore")
        return self.event.reason if spoken else ""


@versioned
def history(request, map):
    """Every Event of the map, the newest first."""
    events = Event.objects.filter(journal=map.journal_id)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        events = events.filter(seq__lt=int(before))
    lines = _lines(map, events.order_by("-seq")[: ON_A_PAGE + 1], request.user)
    context = {
        "map": map,
        "lines": lines[:ON_A_PAGE],
        "older": lines[ON_A_PAGE - 1].event.seq if len(lines) > ON_A_PAGE else None,
        "newest": not before,
        "allowed": Allowed(request.user, map),
    }
    return render(request, "maps/history.html", context)


def lines_about(map, node, user):
    """The newest lines about one node, or what was said of it."""
    about = (
        Q(object_type="maps.node", object_id=node.pk)
        | _said("debate.dispute", Dispute.objects.filter(node=node))
        | _said(
            "debate.annotation",
            Annotation.objects.visible_to(user).filter(
                Q(node=node) | Q(parent__node=node), map=map
            ),
        )
    )
    events = Change.objects.filter(about, event__journal_id=map.journal_id).values("event")
    return _lines(map, Event.objects.filter(pk__in=events).order_by("-seq")[:ABOUT_ONE], user)


def _said(object_type, rows):
    return Q(object_type=object_type, object_id__in=rows.values("pk"))


def _lines(map, events, user):
    """In a constant number of queries, whatever the Events hold."""
    events = list(events.select_related("actor"))
    changes = defaultdict(list)
    for change in Change.objects.filter(event__in=events).order_by("pk"):
        changes[change.event_id].append(change)
    few = [change for rows in changes.values() if len(rows) <= MANY for change in rows]
    objects = _objects(few)
    for row in objects.values():
        row.map = map
    return [_line(event, changes[event.pk], objects, user) for event in events]


def _objects(changes):
    """The rows that the changes are about, by (type, id)."""
    ids = defaultdict(set)
    for change in changes:
        ids[change.object_type].add(change.object_id)
    rows = {
        "maps.node": Node.objects.all(),
        "maps.link": Link.objects.select_related("source"),
        "debate.annotation": Annotation.objects.select_related(
            "node", "link__source", "parent__node", "parent__link__source"
        ),
        "debate.dispute": Dispute.objects.select_related("node", "link__source"),
        "debate.stance": Stance.objects.select_related("node", "link__source"),
        "debate.suggestion": Suggestion.objects.select_related("node", "link__source"),
    }
    return {
        (kind, row.pk): row
        for kind, queryset in rows.items()
        if ids[kind]
        for row in queryset.filter(pk__in=ids[kind])
    }


def _line(event, changes, objects, user):
    line = Line(event, PHRASES.get(event.verb, event.verb.replace("_", " ")))
    if len(changes) > MANY:
        line.summary = _in_sum(changes)
        return line
    for change in changes:
        row = objects.get((change.object_type, change.object_id))
        if row is None or change.text is None:
            continue
        line.node = line.node or _node_of(row)
        if withheld_from(user, row):
            line.withheld = True
        else:
            line.words += _words(change)
        if event.verb in ("hide", "restore") and change.object_type.startswith("debate."):
            line.note = row._meta.verbose_name
        if event.verb == "open_dispute":
            line.note = row.ground
        if event.verb == "decide_dispute":
            line.note = row.state
    return line


def _in_sum(changes):
    counts = defaultdict(int)
    for change in changes:
        counts[change.object_type] += 1
    names = {"maps.node": "statements", "maps.link": "links", "debate.dispute": "disputes"}
    names |= {"debate.annotation": "annotations", "debate.stance": "stances"}
    return ", ".join(f"{counts[kind]} {name}" for kind, name in names.items() if counts[kind])


def _node_of(row):
    """The node that a row is about: itself, its node, or the one that its link starts from."""
    if isinstance(row, Node):
        return row
    if isinstance(row, Link):
        return row.source
    if getattr(row, "parent", None):
        row = row.parent
    return row.node or (row.link and row.link.source)


def _words(change):
    data = json.loads(change.text)
    before, after = data["before"] or {}, data["after"] or {}
    return [
        Words(before.get(name) or "", after.get(name) or "")
        for name in WORDS.get(change.object_type, ())
        if before.get(name) or after.get(name)
    ]
