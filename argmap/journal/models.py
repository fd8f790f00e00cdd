"""What happened: append-only journals of Events, each with the rows that it changed."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe

from . import rows
from .markdown import html_of


class Journal(models.Model):
    """The log of one map, one article, one account or the site.

    `seq` is the number of its last Event, `numbered` the last number it gave to a node, and
    `shown_seq` (the site's alone) the `seq` of its last Event that changed pages of everyone.
    """

    class Kind(models.TextChoices):
        MAP = "map"
        ARTICLE = "article"
        ACCOUNT = "account"
        SITE = "site"

    kind = models.CharField(max_length=10, choices=Kind)
    seq = models.PositiveBigIntegerField(default=0)
    numbered = models.PositiveIntegerField(default=0)
    shown_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="site"), name="journal_one_for_the_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} journal {self.pk}"


class Event(models.Model):
    """One line of a journal: who did what, when, and why."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="events",
        db_index=False,  # the index on actor and time serves
    )
    verb = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    reason = models.TextField(blank=True)
    moderator_note = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["journal", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["journal", "seq"], name="event_seq_once_in_a_journal"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_seq_from_one"),
        ]
        indexes = [models.Index(fields=["actor", "at"], name="event_of_actor")]

    def __str__(self) -> str:
        return f"{self.journal} #{self.seq}: {self.verb}"


class Change(models.Model):
    """One row that an Event wrote.

    `text` is canonical JSON, `{"before": fields or null, "after": fields or null}`; an
    update names only the fields that differ. `digest` is SHA-256 over salt and text, so
    that a text can be erased on legal demand while its digest stays.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="changes")
    object_type = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    text = models.TextField(null=True)  # noqa: DJ001 (null is "erased", not "empty")
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="change_of_object")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} in {self.event_id}"


class Sent(models.Model):
    """What came under a key that its sender chose, and the row that it made (see `once.py`).

    No part of the journal: it is forgotten after a day. `digest` is SHA-256 of what was sent.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        db_index=False,  # the constraint's serves
    )
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.PositiveBigIntegerField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "sent"
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="sent_once_under_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} of {self.actor}"


class Moderated(models.Model):
    """What can be flagged, and hidden by a moderator."""

    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    open_flags = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    #: Fields that stand in no Change: what is derived, or not for the journal's readers.
    unjournaled = frozenset({"open_flags"})

    @property
    def hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def words_hidden(self) -> bool:
        """Whether its words are withheld: it is hidden, or what they would give away is."""
        return self.hidden


class ContributionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that their author has not retracted (hidden ones keep their place)."""
        return self.filter(retracted_at=None)

    def shown(self) -> Self:
        """Those of them that no moderator has hidden either."""
        return self.standing().filter(hidden_at=None)


class Contribution(Moderated):
    """What a person writes. `version` counts its edits."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    #: Fields of Markdown. Each has its HTML beside it, in `<name>_html`, made when it is saved.
    prose: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        for name in self.prose:
            if update_fields is None or name in update_fields:
                setattr(self, f"{name}_html", html_of(getattr(self, name)))
                update_fields = update_fields and [*update_fields, f"{name}_html"]
        super().save(update_fields=update_fields, **kwargs)

    def store(self) -> None:
        """Save a new one by a statement that is put together once (see `rows`)."""
        for name in self.prose:
            setattr(self, f"{name}_html", html_of(getattr(self, name)))
        rows.store(self)

    @classmethod
    def html_fields(cls) -> list[str]:
        return [f"{name}_html" for name in cls.prose]

    def html(self, name: str) -> SafeString:
        """The HTML of a field of Markdown: what is kept, or made where a row came without it."""
        kept = getattr(self, f"{name}_html")
        return mark_safe(kept) if kept else html_of(getattr(self, name))  # noqa: S308 (see markdown)

    @property
    def retracted(self) -> bool:
        return self.retracted_at is not None

    @property
    def edited(self) -> bool:
        return self.version > 1


def new_salt() -> str:
    """For the digest of one Change."""
    return secrets.token_hex(16)


def new_salts() -> Iterator[str]:
    """The same for Changes by the thousand, with one call of the system for a thousand."""
    while True:
        drawn = secrets.token_hex(16 * 1000)
        yield from (drawn[begin : begin + 32] for begin in range(0, len(drawn), 32))
