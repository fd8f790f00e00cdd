"""What people say about a map: annotations, disputes, stances and suggestions."""

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse

from argmap.accounts.permissions import Role, Verb, may
from argmap.articles.models import Passage
from argmap.journal.models import ContributionQuerySet
from argmap.maps.models import InMap, Link, Map, Node

from . import limits

#: The target of what people say.
NODE_OR_LINK = Q(node__isnull=False, link=None) | Q(node=None, link__isnull=False)


def on(target):
    """The field that names a target: `{"node": …}` or `{"link": …}`."""
    return {"link": target} if isinstance(target, Link) else {"node": target}


class AnnotationQuerySet(ContributionQuerySet):
    def visible_to(self, user):
        """Within a map that the person may see: what is for all, and their own."""
        rule = Q(visibility=Annotation.Visibility.MAP)
        if user.is_authenticated:
            rule |= Q(author=user)
        return self.filter(rule)

    def readable_by(self, user, map):
        """Those of a map whose words the person may read."""
        rows = self.visible_to(user).filter(map=map)
        if may(user, Verb.SEE_HIDDEN, map):
            return rows
        return rows.filter(Q(hidden_at=None) | Q(author=user.pk))

    def tagged(self, tag):
        """Those that have this very tag."""
        if connection.features.supports_json_field_contains:
            return self.filter(tags__contains=[tag])
        has_tag = "EXISTS (SELECT 1 FROM json_each(debate_annotation.tags) WHERE value = %s)"
        return self.extra(where=[has_tag], params=[tag])  # noqa: S610 (no word of it from outside)

    def to_resolve(self):
        """Questions and assessments that nobody has resolved."""
        return self.filter(parent=None, motivation__in=Annotation.ASKING, resolved_at=None)

    def for_all(self):
        """Those that all readers of the map see."""
        return self.shown().filter(visibility=Annotation.Visibility.MAP)

    def threads(self):
        """Those that a thread begins with."""
        return self.filter(parent=None)


class Annotation(InMap):
    """What someone writes in the margin of a passage, node or link, or in reply."""

    class Visibility(models.TextChoices):
        PRIVATE = "private"
        MAP = "map"

    class Motivation(models.TextChoices):
        """The list of the W3C Web Annotation Vocabulary, section 3.4, as people call them."""

        ASSESSING = "assessing", "Assessment"
        BOOKMARKING = "bookmarking", "Bookmark"
        CLASSIFYING = "classifying", "Classification"
        COMMENTING = "commenting", "Comment"
        DESCRIBING = "describing", "Description"
        EDITING = "editing", "Edit"
        HIGHLIGHTING = "highlighting", "Highlight"
        IDENTIFYING = "identifying", "Identification"
        LINKING = "linking", "Link"
        MODERATING = "moderating", "Moderation"
        QUESTIONING = "questioning", "Question"
        REPLYING = "replying", "Reply"
        TAGGING = "tagging", "Tag"

    #: What asks for something, so that it may be resolved one day.
    ASKING = (Motivation.QUESTIONING, Motivation.ASSESSING)

    map = models.ForeignKey(Map, models.PROTECT, related_name="annotations")
    node = models.ForeignKey(
        Node, models.PROTECT, null=True, blank=True, related_name="annotations"
    )
    link = models.ForeignKey(
        Link, models.PROTECT, null=True, blank=True, related_name="annotations"
    )
    passage = models.ForeignKey(
        Passage, models.PROTECT, null=True, blank=True, related_name="annotations"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )
    text = models.TextField(blank=True)
    text_html = models.TextField(default="", editable=False)
    tags = models.JSONField(default=list, blank=True)
    motivation = models.CharField(max_length=12, choices=Motivation, default=Motivation.COMMENTING)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MAP)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    prose = ("text",)
    unjournaled = InMap.unjournaled | {"text_html"}

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(node__isnull=False, link=None, passage=None, parent=None)
                | Q(node=None, link__isnull=False, passage=None, parent=None)
                | Q(node=None, link=None, passage__isnull=False, parent=None)
                | Q(node=None, link=None, passage=None, parent__isnull=False),
                name="annotation_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["private", "map"]), name="annotation_visibility"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(motivation="highlighting"),
                name="annotation_says_something",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="annotation_resolved_by_someone",
            ),
        ]

    def __str__(self):
        return f"annotation {self.pk}"

    @property
    def target(self):
        return self.node or self.link or self.passage or self.parent

    @property
    def first(self):
        """The one that its thread begins with."""
        return self.parent or self

    @property
    def about(self):
        """The node or link that its thread is about; for one about words, its first."""
        return self.first.node or self.first.link or self.first

    @property
    def is_private(self):
        return self.visibility == self.Visibility.PRIVATE

    @property
    def resolved(self):
        return self.resolved_at is not None

    @property
    def can_be_resolved(self):
        return self.parent_id is None and self.motivation in self.ASKING

    def role_of(self, user):
        if self.is_private and not (user.is_authenticated and user.pk == self.author_id):
            return Role.NOBODY
        return super().role_of(user)

    @property
    def open_to_moderators(self):
        return super().open_to_moderators and not self.is_private


class DisputeQuerySet(ContributionQuerySet):
    def undecided(self):
        """Those that still await an answer or a decision, without hidden ones."""
        return self.filter(state__in=Dispute.UNDECIDED, hidden_at=None)

    def undecided_first(self):
        """And of each half the newest, so that a list that is cut loses what is over longest."""
        decided = models.Case(models.When(state__in=Dispute.UNDECIDED, then=0), default=1)
        return self.order_by(decided, "-pk")

    def after(self, pk, *, decided):
        """Those after that one in the order of `undecided_first`, in which half it stood."""
        undecided = Q(state__in=Dispute.UNDECIDED)
        return (
            self.filter(~undecided, pk__lt=pk)
            if decided
            else self.filter(~undecided | Q(pk__lt=pk))
        )


class Dispute(InMap):
    """A formal challenge to one node or link."""

    class Ground(models.TextChoices):
        FACTUAL_ERROR = "factual error"
        UNSUPPORTED = "unsupported"
        MISREADS = "misreads the article"
        DOES_NOT_FOLLOW = "does not follow"
        OUTDATED = "outdated"
        OUT_OF_SCOPE = "out of scope"

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        UPHELD = "upheld"
        DISMISSED = "dismissed"
        WITHDRAWN = "withdrawn"

    UNDECIDED = (State.OPEN, State.ANSWERED)

    map = models.ForeignKey(Map, models.PROTECT, related_name="disputes")
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="disputes")
    link = models.ForeignKey(Link, models.PROTECT, null=True, blank=True, related_name="disputes")
    ground = models.CharField(max_length=24, choices=Ground)
    statement = models.TextField()
    statement_html = models.TextField(default="", editable=False)
    evidence = models.ManyToManyField(Node, related_name="cited_in_disputes", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    answer_html = models.TextField(default="", editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decision_html = models.TextField(default="", editable=False)
    what_changed = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    prose = ("statement", "answer", "decision")
    unjournaled = InMap.unjournaled | {"statement_html", "answer_html", "decision_html"}

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=NODE_OR_LINK, name="dispute_of_a_node_or_a_link"),
            models.CheckConstraint(condition=~Q(statement=""), name="dispute_has_a_statement"),
            models.CheckConstraint(
                condition=~Q(state="upheld") | ~Q(what_changed=""),
                name="dispute_upheld_says_what_changed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "withdrawn"], decided_by=None)
                | Q(state__in=["upheld", "dismissed"], decided_by__isnull=False),
                name="dispute_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_by=None) | ~Q(state="open"),
                name="dispute_open_has_no_answer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("author")),
                name="dispute_not_decided_by_its_author",
            ),
        ]

    def __str__(self):
        return f"dispute {self.pk}"

    @property
    def target(self):
        return self.node or self.link

    @property
    def undecided(self):
        return self.state in self.UNDECIDED

    def get_absolute_url(self):
        return reverse("dispute", args=[self.map.slug, self.pk])


class Stance(models.Model):
    """One person's credence in a node (0–100 %), or judgement of a link's impact (0–4)."""

    map = models.ForeignKey(Map, models.PROTECT, related_name="stances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stances")
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="stances")
    link = models.ForeignKey(Link, models.PROTECT, null=True, blank=True, related_name="stances")
    credence = models.PositiveSmallIntegerField(null=True, blank=True)
    impact = models.PositiveSmallIntegerField(null=True, blank=True)
    wording = models.PositiveIntegerField(default=1)
    taken_at = models.DateTimeField()

    words_hidden = False  # it has none

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    node__isnull=False,
                    link=None,
                    credence__isnull=False,
                    credence__gte=0,
                    credence__lte=100,
                    impact=None,
                )
                | Q(
                    node=None,
                    link__isnull=False,
                    impact__isnull=False,
                    impact__gte=0,
                    impact__lte=4,
                    credence=None,
                ),
                name="stance_fits_its_target",
            ),
            models.UniqueConstraint(
                fields=["user", "node"], condition=Q(link=None), name="stance_once_on_a_node"
            ),
            models.UniqueConstraint(
                fields=["user", "link"], condition=Q(node=None), name="stance_once_on_a_link"
            ),
        ]

    def __str__(self):
        return f"{self.user} on {self.target}"

    @property
    def target(self):
        return self.node or self.link


class Suggestion(InMap):
    """A proposed change of a node's words, or a proposed node, that waits for an editor's yes."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    map = models.ForeignKey(Map, models.PROTECT, related_name="suggestions")
    node = models.ForeignKey(
        Node, models.PROTECT, null=True, blank=True, related_name="suggestions"
    )
    link = models.ForeignKey(
        Link, models.PROTECT, null=True, blank=True, related_name="suggestions"
    )
    #: With a kind it proposes a new node that bears on the target; without, new words for it.
    kind = models.CharField(max_length=12, choices=Node.Kind, blank=True)
    relation = models.CharField(max_length=10, choices=Link.Relation, blank=True)
    text = models.CharField(max_length=limits.SUGGESTION["text"])
    detail = models.TextField(blank=True)
    #: The version of the node that the suggester saw.
    on_version = models.PositiveIntegerField(null=True, blank=True)
    why = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=NODE_OR_LINK, name="suggestion_on_a_node_or_a_link"),
            models.CheckConstraint(
                condition=Q(kind="", relation="", node__isnull=False)
                | (~Q(kind="") & ~Q(relation="")),
                name="suggestion_of_words_or_of_a_node",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_has_text"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], decided_by=None)
                | Q(state__in=["accepted", "declined"], decided_by__isnull=False),
                name="suggestion_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("author")),
                name="suggestion_not_decided_by_its_author",
            ),
        ]

    def __str__(self):
        return f"suggestion {self.pk}"

    @property
    def words_hidden(self):
        """New words for a node tell what the old ones were about."""
        return self.hidden or bool(self.node and self.node.hidden)

    @property
    def target(self):
        return self.node or self.link
