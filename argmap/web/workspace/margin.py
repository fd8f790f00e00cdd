"""What stands in the margin: all that was said of one node, link or passage."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from argmap.accounts.permissions import Verb, is_own, may, may_read_words
from argmap.debate.models import Annotation, Dispute, Stance, Suggestion, on

from ..http.respond import Allowed

BARS = 10
HEIGHT = 36  # of the histogram, in pixels


@dataclass
class Talk:
    """What was said of a node or link, as one reader may see it."""

    disputes: list = field(default_factory=list)
    annotations: list = field(default_factory=list)
    stances: list = field(default_factory=list)
    own_stance: object = None
    mean: int | None = None
    bars: list = field(default_factory=list)

    @property
    def open_disputes(self):
        return sum(dispute.undecided for dispute in self.disputes)


def talk_about(target, map, user):
    """The talk on a node or a link, in a constant number of queries."""
    where = on(target)
    talk = Talk(
        disputes=_disputes(map, user, **where),
        annotations=annotations_on(map, user, **where),
        stances=_stances(where),
    )
    if user.is_authenticated:
        talk.own_stance = next((s for s in talk.stances if s.user_id == user.pk), None)
    if "node" in where and talk.stances:
        talk.mean = round(sum(s.credence for s in talk.stances) / len(talk.stances))
        talk.bars = _histogram(talk.stances, talk.own_stance)
    if not map.stances_by_name:
        talk.stances = [talk.own_stance] * (talk.own_stance is not None)
    return talk


def annotations_on(map, user, **where):
    """Threads that this reader may see, oldest first, each with `answers`."""
    replies = (
        Annotation.objects.visible_to(user).filter(map=map).select_related("author").order_by("pk")
    )
    threads = (
        Annotation.objects.visible_to(user)
        .threads()
        .filter(map=map, **where)
        .select_related("author", "passage")
        .prefetch_related(Prefetch("replies", replies, to_attr="answers"))
        .order_by("pk")
    )
    seen = [_seen(annotation, map, user) for annotation in threads]
    return [
        annotation
        for annotation in seen
        if not annotation.retracted or annotation.answers or annotation.own
    ]


def _disputes(map, user, **where):
    disputes = (
        Dispute.objects.filter(map=map, **where)
        .select_related("author", "answered_by", "decided_by")
        .prefetch_related("evidence")
        .order_by("pk")
    )
    seen = [_seen(dispute, map, user) for dispute in disputes]
    return sorted(seen, key=lambda dispute: not dispute.undecided)


def _stances(where):
    return list(Stance.objects.filter(**where).select_related("user").order_by("-taken_at"))


def _seen(contribution, map, user):
    """The contribution with what its fragment asks: `withheld`, `own`."""
    contribution.map = map
    withhold([contribution, *getattr(contribution, "answers", ())], map, user)
    return contribution


def withhold(contributions, map, user):
    """Mark what is the reader's own, what they may do with it, and what is hidden from them."""
    for each in contributions:
        each.map = map
        each.own = is_own(user, each)
        each.allowed = Allowed(user, each)
        each.withheld = not may_read_words(user, each)


def withheld_from(user, row):
    """Whether the row, or for a suggestion the node that it rewords, is hidden from the reader."""
    if isinstance(row, Suggestion) and row.node and row.node.hidden:
        return not is_own(user, row) and not may(user, Verb.SEE_HIDDEN, row)
    return not isinstance(row, Stance) and not may_read_words(user, row)


def _histogram(stances, own):
    """Ten bars of credences, the reader's own marked."""
    counts = [0] * BARS
    for stance in stances:
        counts[_bar(stance.credence)] += 1
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
