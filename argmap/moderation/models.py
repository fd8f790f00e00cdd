"""Reports of what breaks the rules."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import RowNumber

from argmap.articles.models import Article
from argmap.debate.models import Annotation, Dispute, Suggestion
from argmap.kinds import KINDS
from argmap.maps.models import Link, Map, Node

#: The kinds of what can be flagged, by the name of the field that holds one.
TARGETS = {kind.name: kind for kind in KINDS if kind.can_be_flagged}


def _exactly_one():
    rule = Q()
    for chosen in TARGETS:
        rule |= Q(**{f"{name}__isnull": name != chosen for name in TARGETS})
    return rule


class FlagQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for a moderator."""
        return self.filter(state=Flag.State.OPEN)

    def reported(self):
        """Each thing with open flags as the fields that name it, how many there are (`flags`)
        and the `oldest`; the most reported first, then who has waited longest."""
        counted = self.open().order_by().values(*TARGETS)
        counted = counted.annotate(flags=Count("pk"), oldest=Min("pk"))
        return counted.order_by("-flags", "oldest")

    def oldest_on(self, reported, most):
        """The ids of the open flags on each of those things, at most so many of one."""
        on_them = Q(pk__in=[])
        for name in TARGETS:
            on_them |= Q(**{f"{name}__in": [row[name] for row in reported if row[name]]})
        place = Window(
            RowNumber(), partition_by=[F(f"{name}_id") for name in TARGETS], order_by="pk"
        )
        placed = self.open().filter(on_them).annotate(place=place).filter(place__lte=most)
        return placed.values_list("pk", flat=True)


class Flag(models.Model):
    """A reader's report; it stands in the site's journal, which moderators see."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        ABUSE = "abuse"
        OFF_TOPIC = "off topic"
        PRIVACY = "privacy"
        COPYRIGHT = "copyright"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        ACTED_ON = "acted on"
        DISMISSED = "dismissed"

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="flags")
    node = models.ForeignKey(Node, models.PROTECT, null=True, related_name="flags")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="flags")
    annotation = models.ForeignKey(Annotation, models.PROTECT, null=True, related_name="flags")
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="flags")
    suggestion = models.ForeignKey(Suggestion, models.PROTECT, null=True, related_name="flags")
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="flags")
    map = models.ForeignKey(Map, models.PROTECT, null=True, related_name="flags")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="flags_on"
    )
    reason = models.CharField(max_length=12, choices=Reason)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="flag_on_exactly_one_thing"),
            models.CheckConstraint(
                condition=Q(state="open", handled_by=None)
                | Q(state__in=["acted on", "dismissed"], handled_by__isnull=False),
                name="flag_handled_by_someone",
            ),
            *(
                models.UniqueConstraint(
                    fields=["reporter", name],
                    condition=Q(state="open", **{f"{name}__isnull": False}),
                    name=f"flag_once_on_{name}",
                )
                for name in TARGETS
            ),
        ]

    def __str__(self):
        return f"flag {self.pk} on {self.target_name}"

    @property
    def target_name(self):
        return next(name for name in TARGETS if getattr(self, f"{name}_id"))

    @property
    def target(self):
        return getattr(self, self.target_name)
