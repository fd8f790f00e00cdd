"""The graph: maps, their nodes and links, what they cite, and who belongs."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import F, Q
from django.urls import reverse

from argmap.accounts.models import ROLES, WHAT_THE_SITE_LETS_DO, Team, TeamMember
from argmap.accounts.permissions import Role, Verb, may, may_read_words
from argmap.articles.models import Article, Passage, Visibility
from argmap.journal.errors import Gone
from argmap.journal.models import Contribution, Event, Journal, Moderated

from . import limits

#: What any signed-in person may be given in a public or unlisted map.
WELCOME_ROLES = [(r.value, r.label) for r in (Role.VIEWER, Role.SUGGESTER, Role.WRITER)]


def visible(user, prefix=""):
    """The one predicate across maps: what the person finds in lists, joined from `prefix`."""
    rule = Q(**{f"{prefix}visibility": Visibility.PUBLIC, f"{prefix}hidden_at": None})
    if user.is_authenticated:
        rule |= Q(**{f"{prefix}memberships__user": user})
        rule |= Q(**{f"{prefix}team__members__user": user}) & ~Q(
            **{f"{prefix}visibility": Visibility.PRIVATE}
        )
        rule |= Q(
            **{f"{prefix}team__members__user": user, f"{prefix}team__members__role": Role.OWNER}
        )
    return rule


class MapQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(visible(user)).distinct()

    def public(self):
        """Those that everyone finds in lists."""
        return self.filter(visible(AnonymousUser()))

    def given_to(self, user, least=Role.VIEWER):
        """Those in which the person has at least this role, by membership or by team.

        Without a join: it is asked of all maps, and what a person was given is little of that.
        """
        if not user.is_authenticated:
            return self.none()
        memberships = Membership.objects.filter(user=user, role__gte=least).values("map")
        teams = TeamMember.objects.filter(user=user, role__gte=least).values("team")
        own_teams = teams.filter(role=Role.OWNER)
        return self.filter(
            Q(pk__in=memberships)
            | Q(team__in=teams) & ~Q(visibility=Visibility.PRIVATE)
            | Q(team__in=own_teams)
        )

    def latest_first(self):
        """In the order of their last Events, whose ids grow with time."""
        events = Event.objects.filter(journal=models.OuterRef("journal")).order_by("-seq")
        last = models.Subquery(events.values("pk")[:1])
        return self.annotate(last_event=last).order_by("-last_event", "-pk")

    def with_role_of(self, user):
        """Each map with the roles that the person has by membership and by team."""
        if not user.is_authenticated:
            return self
        memberships = Membership.objects.filter(map=models.OuterRef("pk"), user=user)
        teams = TeamMember.objects.filter(team=models.OuterRef("team"), user=user)
        return self.annotate(
            role_by_membership=models.Subquery(memberships.values("role")[:1]),
            role_by_team=models.Subquery(teams.values("role")[:1]),
            roles_are_of=models.Value(user.pk),
        )


class Map(Moderated):
    """One argument map, usually of one article. It has a thesis, or rival ones."""

    title = models.CharField(max_length=limits.MAP["title"])
    slug = models.SlugField(max_length=120, unique=True)
    question = models.CharField(max_length=limits.MAP["question"], blank=True)
    summary = models.TextField(blank=True)
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="maps")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="maps")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    welcome_role = models.PositiveSmallIntegerField(choices=WELCOME_ROLES, default=Role.SUGGESTER)
    stances_by_name = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    journal = models.OneToOneField(Journal, models.PROTECT, related_name="map", editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = MapQuerySet.as_manager()

    seq: int  # as `get_map` gives it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="map_visibility"
            ),
            models.CheckConstraint(
                condition=Q(welcome_role__gte=Role.VIEWER, welcome_role__lte=Role.WRITER),
                name="map_welcome_role",
            ),
        ]

    #: Whether its words are not for the person who asked for it: see `get_map`.
    withheld = False

    def __str__(self):
        return "A hidden map" if self.withheld else self.title

    def withhold_from(self, user):
        """What a moderator hid is shown without its words, but to whom the table lets see them."""
        self.withheld = self.hidden and not may_read_words(user, self)

    def get_absolute_url(self):
        return reverse("workspace", args=[self.slug])

    @property
    def closed(self):
        """A word for why nothing can be written here, or nothing."""
        return "archived" if self.archived_at else "locked" if self.locked_at else ""

    @property
    def open_to_moderators(self):
        """What is public, was flagged and awaits a moderator, or may be given back by one."""
        return bool(
            self.visibility == Visibility.PUBLIC or self.open_flags or self.hidden or self.locked_at
        )

    def role_of(self, user):
        """The highest that the person has by membership, by team, or by the map's visibility."""
        return max(self._given_role(user), self._welcome(user))

    def _given_role(self, user):
        if not user.is_authenticated:
            return Role.NOBODY
        by_membership, by_team = self._given_roles(user)
        if self.visibility == Visibility.PRIVATE and by_team != Role.OWNER:
            by_team = 0
        return Role(max(by_membership, by_team))

    def _given_roles(self, user):
        """By membership and by team. An action read the map again, so it asks for both here."""
        if getattr(self, "roles_are_of", None) == user.pk:
            return self.role_by_membership or 0, self.role_by_team or 0
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_ROLES} FROM maps_map WHERE id = %(map)s",  # noqa: S608 (our own text)
                {"map": self.pk, "user": user.pk},
            )
            by_membership, by_team = cursor.fetchone() or (0, 0)
        return by_membership or 0, by_team or 0

    def again_for(self, actor):
        """This map read again, with the actor's roles, and what the site lets the actor do.

        Asked when an action has its lock, by one statement. Raises Gone where the map or the
        account is not there any more.
        """
        asked = {"map": self.pk, "user": actor.pk}
        found = next(iter(Map.objects.raw(_MAP_FOR_ACTOR, asked)), None)
        if found is None:
            raise Gone
        found.roles_are_of = actor.pk
        if actor.is_authenticated:
            if found.is_active is None:
                raise Gone
            names = ("is_active", "is_moderator", "is_superuser", "is_sanctioned")
            actor.stands(*(getattr(found, name) for name in names))
        return found

    def _welcome(self, user):
        if self.hidden or self.visibility not in (Visibility.UNLISTED, Visibility.PUBLIC):
            return Role.NOBODY
        return Role(self.welcome_role) if user.is_authenticated else Role.VISITOR


#: Of a row of `maps_map`: the roles of a person by membership and by team.
_ROLES = """
  (SELECT role FROM maps_membership
    WHERE map_id = maps_map.id AND user_id = %(user)s) AS role_by_membership,
  (SELECT role FROM accounts_teammember
    WHERE team_id = maps_map.team_id AND user_id = %(user)s) AS role_by_team
"""

_MAP_FOR_ACTOR = f"""
SELECT maps_map.*, {_ROLES}, {WHAT_THE_SITE_LETS_DO}
FROM maps_map LEFT JOIN accounts_user ON accounts_user.id = %(user)s
WHERE maps_map.id = %(map)s
"""  # noqa: S608

#: Of the person who reads, and of the site; `sanctions` changes with the set in force.
SEQS_OF_READER = """
  COALESCE((SELECT seq FROM journal_journal WHERE id = %(account)s), 0) AS account_seq,
  COALESCE((SELECT seq FROM journal_journal WHERE kind = 'site'), 0) AS site_seq,
  COALESCE((SELECT shown_seq FROM journal_journal WHERE kind = 'site'), 0) AS site_shown_seq,
  COALESCE((SELECT SUM(id) FROM accounts_sanction
    WHERE user_id = %(user)s AND lifted_at IS NULL
    AND (ends_at IS NULL OR ends_at > CURRENT_TIMESTAMP)), 0) AS sanctions
"""

#: One statement, so one moment. In SQL since the ORM takes longer to build it than a whole
#: unchanged page may take.
_MAP_WITH_SEQS = f"""
SELECT maps_map.*,
  (SELECT seq FROM journal_journal WHERE id = maps_map.journal_id) AS seq,
  COALESCE((SELECT journal_journal.seq FROM journal_journal
    JOIN articles_article ON articles_article.journal_id = journal_journal.id
    WHERE articles_article.id = maps_map.article_id), 0) AS article_seq,
  (SELECT hidden_at IS NOT NULL FROM articles_article
    WHERE id = maps_map.article_id) AS article_hidden,
  {_ROLES},
  {SEQS_OF_READER}
FROM maps_map WHERE slug = %(slug)s
"""  # noqa: S608


def get_map(user, slug):
    """The map that this person may see. Raises Gone. All reading of a map begins here.

    It comes with the `seq` of every journal that a page of it shows (`seq`, `article_seq`,
    `account_seq`, `site_seq` and `site_shown_seq`), so that they are taken first and the rows
    after; with `article_hidden`; and with `sanctions`, which changes when another set is in force.
    """
    signed_in = user.is_authenticated
    found = _read_map(slug, user.pk if signed_in else None, user.journal_id if signed_in else None)
    found.roles_are_of = user.pk if signed_in else None
    if signed_in and not found.sanctions:
        user.has_no_sanctions()
    if not may(user, Verb.READ, found):
        raise Gone
    found.withhold_from(user)
    return found


def sees_article(user, map):
    """Whether the article of a map from `get_map` is there for this person to read.

    A moderator may have hidden it. Its words are for whom it is for, wherever they are quoted.
    """
    if map.article_id is None:
        return False
    return not map.article_hidden or may_read_words(user, map.article)


def get_map_for_many(slug):
    """The same map, for what is made once for many readers: whether they may is asked apart."""
    return _read_map(slug, None, None)


def _read_map(slug, user_id, account_id):
    if "\x00" in slug:  # PostgreSQL takes none, not even to look for it
        raise Gone
    parameters = {"slug": slug, "user": user_id, "account": account_id}
    found = next(iter(Map.objects.raw(_MAP_WITH_SEQS, parameters)), None)
    if found is None:
        raise Gone
    return found


class Membership(models.Model):
    """A person's role in one map."""

    map = models.ForeignKey(Map, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=ROLES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__gte=Role.VIEWER, role__lte=Role.OWNER), name="membership_role"
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.map}"


class InMap(Contribution):
    """A contribution to a map asks its map who may do what."""

    map_id: int  # of the field `map`, which each has under a name of its own in the map

    class Meta:
        abstract = True

    def role_of(self, user):
        return self.map.role_of(user)

    @property
    def closed(self):
        return self.map.closed

    @property
    def open_to_moderators(self):
        return self.open_flags > 0 or self.hidden or self.map.open_to_moderators


class Node(InMap):
    """One statement, numbered within its map."""

    class Kind(models.TextChoices):
        THESIS = "thesis"
        CLAIM = "claim"
        EVIDENCE = "evidence"
        COUNTERPOINT = "counterpoint"

    map = models.ForeignKey(Map, models.PROTECT, related_name="nodes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=limits.NODE["text"])
    detail = models.TextField(blank=True)
    detail_html = models.TextField(default="", editable=False)
    wording = models.PositiveIntegerField(default=1, editable=False)
    passages = models.ManyToManyField(Passage, related_name="nodes", blank=True)
    #: The seq of the last Event that changed what a card of this node shows.
    touched = models.PositiveBigIntegerField(default=0, editable=False)

    prose = ("detail",)
    unjournaled = Contribution.unjournaled | {"touched", "detail_html"}

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["map", "touched"], name="node_touched_in_map")]
        constraints = [
            models.UniqueConstraint(fields=["map", "number"], name="node_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="node_has_text"),
            models.CheckConstraint(
                condition=Q(kind__in=["thesis", "claim", "evidence", "counterpoint"]),
                name="node_kind",
            ),
            models.CheckConstraint(
                condition=Q(wording__lte=F("version")), name="node_wording_within_version"
            ),
        ]

    def __str__(self):
        return f"#{self.number}"

    def get_absolute_url(self):
        return reverse("node", args=[self.map.slug, self.number])


class Citation(models.Model):
    """The source that a node rests on."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="citations")
    title = models.CharField(max_length=limits.CITATION["title"], blank=True)
    url = models.URLField(max_length=limits.CITATION["url"], blank=True)
    doi = models.CharField(max_length=limits.CITATION["doi"], blank=True)
    locator = models.CharField(max_length=limits.CITATION["locator"], blank=True)
    quote = models.CharField(max_length=limits.CITATION["quote"], blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="", url="", doi=""), name="citation_names_a_source"
            ),
        ]

    def __str__(self):
        return self.title or self.url or self.doi


#: How a link bears on the same, once it is turned.
TURNED = {
    "supports": "opposes",
    "opposes": "supports",
    "joins": "undercuts",
    "undercuts": "joins",
}


class Link(InMap):
    """A directed edge: a node bears on a node, or on another link."""

    class Relation(models.TextChoices):
        SUPPORTS = "supports"
        OPPOSES = "opposes"
        UNDERCUTS = "undercuts"
        JOINS = "joins"

    map = models.ForeignKey(Map, models.PROTECT, related_name="links")
    source = models.ForeignKey(Node, models.PROTECT, related_name="links_out")
    target_node = models.ForeignKey(
        Node, models.PROTECT, null=True, blank=True, related_name="links_in"
    )
    target_link = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="links_in"
    )
    relation = models.CharField(max_length=10, choices=Relation)
    scheme = models.CharField(max_length=limits.LINK["scheme"], blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    relation__in=["supports", "opposes"],
                    target_node__isnull=False,
                    target_link=None,
                )
                | Q(
                    relation__in=["undercuts", "joins"],
                    target_node=None,
                    target_link__isnull=False,
                ),
                name="link_relation_fits_target",
            ),
            models.CheckConstraint(
                condition=Q(target_node=None) | ~Q(source=F("target_node")),
                name="link_not_to_itself",
            ),
            models.UniqueConstraint(
                fields=["source", "target_node", "relation"],
                condition=Q(retracted_at=None, target_node__isnull=False),
                name="link_to_node_once",
            ),
            models.UniqueConstraint(
                fields=["source", "target_link", "relation"],
                condition=Q(retracted_at=None, target_link__isnull=False),
                name="link_to_link_once",
            ),
        ]

    def __str__(self):
        """It names one level only: what it bears on may be a link to a link, and so on."""
        on = self.target_node or f"the step from {self.target_link.source}"
        return f"{self.source} {self.relation} {on}"

    @property
    def target(self):
        return self.target_node or self.target_link

    @property
    def turned(self):
        """The relation that it has once it is turned."""
        return TURNED[self.relation]

    @property
    def end_node(self):
        """The node that it leads to, or that the link which it is about starts from."""
        return self.target_node or self.target_link.source

    def get_absolute_url(self):
        return reverse("link", args=[self.map.slug, self.pk])
