"""Articles, to read in the admin."""

from django.contrib import admin
from django.db.models import Q

from argmap.admin.read_only import FlaggedFilter, ReadOnlyAdmin, moderated, related, short
from argmap.journal.admin import open_journals

from .models import Article, Edition, Passage, Placement, Visibility

open_journals.append({"article__visibility": Visibility.PUBLIC})

#: Through what a passage is seen: functions of the path to it that give a condition.
seen_through = []


def _seen(passage):
    rule = Q(pk__in=[])
    for condition in seen_through:
        rule |= Q(condition(passage))
    return rule


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    moderators_see = Q(visibility=Visibility.PUBLIC) | moderated()
    list_display = ["title", "publisher", "published_on", related("owner"), related("team")]
    list_display += ["visibility", "open_flags", "hidden_at", "created_at"]
    list_filter = ["visibility", FlaggedFilter, ("hidden_at", admin.EmptyFieldListFilter)]
    search_fields = ["title", "byline", "publisher", "url"]
    list_select_related = ["owner", "team"]
    filter_by = ["owner", "team"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]

    def is_open(self, article):
        return article.open_to_moderators

    def is_on_site(self, article):
        return article.open_to_moderators


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    moderators_see = Q(article__visibility=Visibility.PUBLIC) | moderated("article__")
    list_display = ["id", related("article"), "number", "note", related("added_by"), "created_at"]
    list_filter = ["article__visibility", "created_at"]
    search_fields = ["article__title", "note", "=sha256"]
    list_select_related = ["article", "added_by"]
    list_defer = ["text", "structure", "digests"]
    filter_by = ["article", "added_by"]
    ordering = ["-pk"]

    def is_open(self, edition):
        return edition.article.open_to_moderators


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    list_display = ["id", short("exact"), related("edition")]
    search_fields = ["exact"]
    list_select_related = ["edition__article"]
    list_defer = ["edition__text", "edition__structure", "edition__digests"]
    filter_by = ["edition"]
    ordering = ["-pk"]

    @property
    def moderators_see(self):
        return _seen("pk")

    def is_open(self, passage):
        return passage.edition.article.open_to_moderators


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    list_display = ["id", related("passage"), related("edition"), "status", "score"]
    list_display += ["start", "end", related("placed_by")]
    list_filter = ["status"]
    search_fields = ["passage__exact"]
    list_select_related = ["passage__edition__article", "edition__article", "placed_by"]
    list_defer = [
        f"{edition}__{name}"
        for edition in ("edition", "passage__edition")
        for name in ("text", "structure", "digests")
    ]
    filter_by = ["passage", "edition", "placed_by"]
    ordering = ["-pk"]

    @property
    def moderators_see(self):
        return _seen("passage")
