"""Reports of what breaks the rules."""

from django.conf import settings
from django.db import models
from django.db.models import Q

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
