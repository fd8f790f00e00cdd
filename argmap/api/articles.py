from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from argmap.accounts.permissions import Verb, may, may_read_words
from argmap.articles.actions import LONGEST, LONGEST_NOTE, LONGEST_TEXT, bring_in_article
from argmap.articles.models import Article, Edition, Visibility
from argmap.journal.errors import Gone
from argmap.maps.models import Map

from .base.bodies import Body, Choice, OwnTeam, Words
from .base.showing import PersonSerializer, Row, Shown
from .base.views import OfMap, View, lists, makes, one, shows


class EditionNoteSerializer(Row):
    """An edition without its text."""

    class Meta:
        model = Edition
        fields = ["number", "sha256", "note", "created_at"]


class ArticleSerializer(Shown):
    """A source text: what is known of it, and its editions without their texts."""

    owner = PersonSerializer()
    team = serializers.SerializerMethodField()
    hidden = serializers.BooleanField()
    editions = EditionNoteSerializer(many=True)

    always = frozenset({"id", "owner", "team", "visibility", "hidden", "created_at"})

    class Meta:
        model = Article
        fields = [
            "id",
            "title",
            "byline",
            "publisher",
            "published_on",
            "url",
            "language",
            "licence_note",
            "owner",
            "team",
            "visibility",
            "hidden",
            "created_at",
            "editions",
        ]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_team(self, article):
        """Teams are known to their members alone."""
        return article.team.slug if getattr(article, "role_by_team", None) else None


class NewArticleSerializer(Body):
    title = Words(longest=LONGEST["title"])
    byline = Words(longest=LONGEST["byline"], required=False)
    publisher = Words(longest=LONGEST["publisher"], required=False)
    published_on = serializers.DateField(required=False, allow_null=True)
    url = Words(longest=LONGEST["url"], required=False)
    language = Words(longest=LONGEST["language"], required=False)
    licence_note = Words(longest=LONGEST["licence_note"], required=False)
    visibility = Choice(Visibility.choices, required=False)
    team = OwnTeam(required=False, allow_null=True)
    text = Words(longest=LONGEST_TEXT, help_text="The text of its first edition.")
    note = Words(longest=LONGEST_NOTE, required=False, help_text="About that edition.")


class EditionSerializer(Shown):
    """One immutable version of an article's text."""

    added_by = PersonSerializer()

    always = frozenset({"number", "added_by", "created_at"})

    class Meta:
        model = Edition
        fields = ["number", "text", "sha256", "note", "added_by", "created_at"]

    def may_read(self, edition):
        return may_read_words(self.context["user"], edition.article)


def articles(user):
    """Articles as an answer needs them."""
    editions = Edition.objects.defer("text", "digests")
    return (
        Article.objects.with_role_of(user)
        .select_related("owner", "team")
        .prefetch_related(Prefetch("editions", editions))
    )


def get_article(user, pk):
    """The article that this person may find by its id, or sees through a map. Raises Gone.

    An unlisted article is not found by its id, which could be guessed; it is read through its map.
    """
    article = one(articles(user), pk=pk)
    if not (
        may(user, Verb.SEE_FLAGS, article)
        or Article.objects.visible_to(user).filter(pk=pk).exists()
        or Map.objects.visible_to(user).filter(article=pk).exists()
    ):
        raise Gone
    return article


class Articles(View):
    @lists(ArticleSerializer)
    def get(self, request):
        return self.page(articles(request.user).visible_to(request.user), ArticleSerializer)

    @makes(NewArticleSerializer, ArticleSerializer)
    def post(self, request):
        made = bring_in_article(request.user, **self.checked(NewArticleSerializer))
        article = one(articles(request.user), pk=made.pk)
        return self.made(article, ArticleSerializer, "article", article.pk)


class OneArticle(View):
    @shows(ArticleSerializer)
    def get(self, request, pk):
        return self.show(get_article(request.user, pk), ArticleSerializer)


class OneEdition(View):
    @shows(EditionSerializer)
    def get(self, request, pk, number):
        edition = edition_of(get_article(request.user, pk), number)
        return self.show(edition, EditionSerializer)


class ArticleOfMap(OfMap):
    """The article of a map, for everyone who sees the map."""

    @shows(ArticleSerializer)
    def get(self, request, slug):
        article = one(articles(request.user), pk=self.map.article_id)
        return self.show(article, ArticleSerializer)


class EditionOfMap(OfMap):
    @shows(EditionSerializer)
    def get(self, request, slug, number):
        article = one(Article.objects.with_role_of(request.user), pk=self.map.article_id)
        return self.show(edition_of(article, number), EditionSerializer)


def edition_of(article, number):
    return one(article.editions.select_related("added_by"), number=number)
