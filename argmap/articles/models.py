"""The source: articles, their editions, and the passages that people chose in them."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from argmap.accounts.models import Team, TeamMember
from argmap.accounts.permissions import Role
from argmap.journal.models import Journal, Moderated

from . import limits


class Visibility(models.TextChoices):
    """Who may find it, from the fewest to everyone."""

    PRIVATE = "private"
    TEAM = "team"
    UNLISTED = "unlisted"
    PUBLIC = "public"

    def wider_than(self, other):
        """Whether more people may find it than with the other visibility."""
        order = list(Visibility)
        return order.index(self) > order.index(other)


class ArticleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that the person finds in a list, by the article's own visibility."""
        rule = Q(visibility=Visibility.PUBLIC, hidden_at=None)
        if user.is_authenticated:
            rule |= Q(owner=user) | Q(team__members__user=user)
        return self.filter(rule).distinct()

    def with_role_of(self, user):
        """Each article with the role that the person has in its team."""
        if not user.is_authenticated:
            return self
        members = TeamMember.objects.filter(team=models.OuterRef("team"), user=user)
        return self.annotate(
            role_by_team=models.Subquery(members.values("role")[:1]),
            role_by_team_is_of=models.Value(user.pk),
        )


class Article(Moderated):
    """A source text, owned by a person or a team."""

    title = models.CharField(max_length=limits.ARTICLE["title"])
    byline = models.CharField(max_length=limits.ARTICLE["byline"], blank=True)
    publisher = models.CharField(max_length=limits.ARTICLE["publisher"], blank=True)
    published_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=limits.ARTICLE["url"], blank=True)
    language = models.CharField(max_length=limits.ARTICLE["language"], default="en")
    licence_note = models.CharField(max_length=limits.ARTICLE["licence_note"], blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="articles"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="articles")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    journal = models.OneToOneField(Journal, models.PROTECT, related_name="article", editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, team=None) | Q(owner=None, team__isnull=False),
                name="article_owned_by_a_person_or_a_team",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="article_visibility"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def open_to_moderators(self):
        """What is public, was flagged and awaits a moderator, or may be given back by one."""
        return self.visibility == Visibility.PUBLIC or self.open_flags > 0 or self.hidden

    def role_of(self, user):
        if user.is_authenticated and self.owner_id == user.pk:
            return Role.OWNER
        if self.team_id and (role := self._team_role(user)):
            return role
        if self.hidden or self.visibility not in (Visibility.UNLISTED, Visibility.PUBLIC):
            return Role.NOBODY
        return Role.VIEWER if user.is_authenticated else Role.VISITOR

    def _team_role(self, user):
        if user.is_authenticated and getattr(self, "role_by_team_is_of", None) == user.pk:
            return Role(self.role_by_team or Role.NOBODY)
        return self.team.role_of(user)


def sha256_of(text, structure=()):
    """Of an edition: of its text, and where that has one, of its structure as canonical JSON."""
    digest = hashlib.sha256(text.encode())
    if structure:
        digest.update(b"\0")
        digest.update(json.dumps(structure, sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()


class Edition(models.Model):
    """One immutable version of an article's text. A correction is a new edition."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    #: What parts of the text are, as rows of `interchange.structured.Range`.
    structure = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=limits.NOTE, blank=True)
    #: Of a digest: {paragraph of this text: [paragraphs of the original that it digests]}.
    digests = models.JSONField(default=dict, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="edition_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="edition_has_text"),
        ]

    def __str__(self):
        return f"edition {self.number} of {self.article}"


class Passage(models.Model):
    """Words of an article, as a W3C TextQuoteSelector, with the edition they were chosen in."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="passages")
    exact = models.TextField()
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(exact=""), name="passage_has_words"),
        ]

    def __str__(self):
        return self.exact[:60]


class Placement(models.Model):
    """Where a passage stands in one edition, in Unicode code points."""

    class Status(models.TextChoices):
        EXACT = "exact"
        MOVED = "moved"
        PLACED = "placed"
        ORPHANED = "orphaned"

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="placements")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="placements")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status)
    score = models.FloatField(default=1.0)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "edition"], name="placement_once_in_an_edition"
            ),
            models.CheckConstraint(
                condition=Q(status="orphaned", start=None, end=None)
                | Q(
                    status__in=["exact", "moved", "placed"],
                    start__isnull=False,
                    end__isnull=False,
                    start__lt=F("end"),
                ),
                name="placement_has_a_place_or_is_orphaned",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="placement_score_range"
            ),
            models.CheckConstraint(
                condition=~Q(status="placed") | Q(placed_by__isnull=False),
                name="placement_placed_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.status} {self.start}–{self.end}"
