"""What stands in the margin: all that was said of one node, link or passage."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from argmap.accounts.permissions import is_own, may_read_words
from argmap.debate.models import Annotation, Dispute, Stance, on
from argmap.journal.models import Change

from ..http.respond import Allowed

MOST_THREADS = 50  # at once, and as many disputes
MOST_REPLIES = 20  # of a thread among others
MOST_NAMED = 50  # people by their stances
BARS = 10
#: Actions by which a statement or a step becomes another.
EDITS = ("edit_node", "retract_node", "merge_nodes", "edit_link", "move_link", "retract_link")
HEIGHT = 36  # of the histogram, in pixels


@dataclass
class Talk:
    """What was said of a node or link, as one reader may see it."""

    disputes: list = field(default_factory=list)
    more_disputes: bool = False
    annotations: list = field(default_factory=list)
    earlier: int | None = None  # an id: there are annotations before it
    taken: int = 0  # stances
    stances: list = field(default_factory=list)  # the newest of those that stand by name
    own_stance: object = None
    mean: int | None = None
    bars: list = field(default_factory=list)

    @property
    def more_stances(self):
        return self.taken - len(self.stances)

    @property
    def open_disputes(self):
        return sum(dispute.undecided for dispute in self.disputes)


def talk_about(target, map, user, before=None):
    """The talk on a node or a link, in a constant number of queries.

    Of its annotations the newest, or the newest before that id.
    """
    talk = Talk()
    read_said(talk, target, map, user, before)
    read_stances(talk, target, map, user)
    return talk


def read_said(talk, target, map, user, before=None):
    """Its disputes and annotations."""
    where = on(target)
    disputes = disputes_of(map, user, MOST_THREADS + 1, **where)
    annotations = annotations_on(map, user, before, **where)
    talk.disputes, talk.more_disputes = disputes[:MOST_THREADS], len(disputes) > MOST_THREADS
    talk.annotations = annotations[-MOST_THREADS:]
    if len(annotations) > MOST_THREADS:
        talk.earlier = talk.annotations[0].pk


def read_stances(talk, target, map, user):
    """Its newest stances, or the reader's own alone, and of a node how all of them spread."""
    where = on(target)
    stances = Stance.objects.filter(**where).select_related("user")
    counts = dict(stances.order_by().values_list("credence").annotate(Count("pk")))  # 101 at most
    talk.taken = sum(counts.values())
    if user.is_authenticated:
        talk.own_stance = stances.filter(user=user).first()
    if "node" in where and counts:
        talk.mean = round(sum(value * count for value, count in counts.items()) / talk.taken)
        talk.bars = _histogram(counts, talk.own_stance)
    if map.stances_by_name:
        talk.stances = list(stances.order_by("-taken_at", "-pk")[:MOST_NAMED])
    elif talk.own_stance:
        talk.stances = [talk.own_stance]


def annotations_on(map, user, before=None, **where):
    """The newest threads that this reader may see (one more than are shown), oldest first.

    Each comes with its newest `answers`, and with `earlier`: the id before which there are more.
    """
    replies = Annotation.objects.visible_to(user).filter(map=map)
    newest = replies.select_related("author").order_by("-pk")[: MOST_REPLIES + 1]
    answered = Exists(replies.filter(parent=OuterRef("pk")))
    threads = (
        Annotation.objects.visible_to(user)
        .threads()
        .filter(Q(retracted_at=None) | Q(author=user.pk) | answered, map=map, **where)
        .select_related("author", "passage")
        .prefetch_related(Prefetch("replies", newest, to_attr="answers"))
    )
    if before is not None:
        threads = threads.filter(pk__lt=before)
    found = list(threads.order_by("-pk")[: MOST_THREADS + 1])[::-1]
    for thread in found:
        _turn(thread, thread.answers, MOST_REPLIES)
    withhold([each for thread in found for each in (thread, *thread.answers)], map, user)
    return found


def thread_of(first, map, user, before=None):
    """One thread with its newest replies, or the newest before that id; nothing where it is
    retracted and nobody has replied."""
    replies = Annotation.objects.visible_to(user).filter(map=map, parent=first)
    if before is not None:
        replies = replies.filter(pk__lt=before)
    newest = replies.select_related("author").order_by("-pk")[: MOST_THREADS + 1]
    _turn(first, list(newest), MOST_THREADS)
    withhold([first, *first.answers], map, user)
    return [first] if not first.retracted or first.answers or first.own else []


def _turn(thread, newest, most):
    """The newest replies, the newest first, as a thread shows them."""
    thread.answers = newest[:most][::-1]
    thread.earlier = thread.answers[0].pk if len(newest) > most else None


def disputes_of(map, user, most, before=None, *, decided=False, **where):
    """Disputes as this reader may see them: the undecided first, of each the newest first.

    `before`: the id of a dispute, undecided or decided, that stands before them in this order.
    """
    rows = (
        Dispute.objects.filter(map=map, **where)
        .select_related(
            "author", "answered_by", "decided_by", "node", "link__source", "link__target_node"
        )
        .prefetch_related("evidence")
        .undecided_first()
    )
    if before is not None:
        rows = rows.after(before, decided=decided)
    found = list(rows[:most])
    withhold(found, map, user)
    find_edits(map, found)
    return found


def withhold(contributions, map, user):
    """Mark what is the reader's own, what they may do with it, and what is hidden from them."""
    reasons = reasons_of_hiding(map, contributions)
    for each in contributions:
        each.map = map
        each.own = is_own(user, each)
        each.allowed = Allowed(user, each)
        each.withheld = not may_read_words(user, each)
        each.hidden_because = reasons.get((each._meta.label_lower, each.pk), "")


def reasons_of_hiding(map, contributions):
    """{(object type, id): the public reason} of what a moderator hid; asked for all at once."""
    hidden = [(each._meta.label_lower, each.pk) for each in contributions if each.hidden]
    if not hidden:
        return {}
    types, ids = zip(*hidden, strict=True)
    changes = Change.objects.filter(
        event__journal=map.journal_id,
        event__verb="hide",
        object_type__in=set(types),
        object_id__in=set(ids),
    )
    rows = changes.order_by("event__seq").values_list("object_type", "object_id", "event__reason")
    return {(kind, pk): reason for kind, pk, reason in rows}


def find_edits(map, disputes):
    """Give each dispute that was upheld its `edit`: the `seq` of the Event by which what it
    disputed was changed. That is the first one since it was decided; or else the last before."""
    upheld = [each for each in disputes if each.state == Dispute.State.UPHELD]
    if not upheld:
        return
    edits = defaultdict(list)
    changes = Change.objects.filter(
        Q(object_type="maps.node", object_id__in={each.node_id for each in upheld})
        | Q(object_type="maps.link", object_id__in={each.link_id for each in upheld}),
        event__journal=map.journal_id,
        event__seq__lte=map.seq,
        event__verb__in=EDITS,
    )
    rows = changes.order_by("event__seq").values_list(
        "object_type", "object_id", "event__seq", "event__at"
    )
    for kind, pk, seq, at in rows:
        edits[kind, pk].append((at, seq))
    for each in upheld:
        target = ("maps.node", each.node_id) if each.node_id else ("maps.link", each.link_id)
        since = [edit for edit in edits[target] if edit[0] >= each.created_at]
        after = [seq for at, seq in since if at >= each.decided_at]
        each.edit = after[0] if after else since[-1][1] if since else None


def _histogram(stances, own):
    """Ten bars of credences, given how many have each; the reader's own is marked."""
    counts = [0] * BARS
    for credence, count in stances.items():
        counts[_bar(credence)] += count
    tallest = max(counts)
    width = 100 / BARS
    return [
        {
            "x": f"{i * width + 0.5:.1f}%",
            "width": f"{width - 1:.1f}%",
            "height": max(2, round(HEIGHT * count / tallest)),
            "y": HEIGHT - max(2, round(HEIGHT * count / tallest)),
            "mine": own is not None and _bar(own.credence) == i,
        }
        for i, count in enumerate(counts)
    ]


def _bar(credence):
    return min(credence * BARS // 100, BARS - 1)
