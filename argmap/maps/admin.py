"""The graph, to read in the admin."""

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q

from argmap.accounts.permissions import Verb, may
from argmap.admin.read_only import (
    Button,
    FlaggedFilter,
    ReadOnlyAdmin,
    moderated,
    offer,
    related,
    short,
)
from argmap.articles.admin import seen_through
from argmap.articles.models import Visibility
from argmap.journal.admin import open_journals

from .actions import archive_map, unarchive_map
from .models import Citation, Link, Map, Membership, Node

IN_PUBLIC_MAP = Q(map__visibility=Visibility.PUBLIC)

open_journals.append({"map__visibility": Visibility.PUBLIC})
seen_through.append(
    lambda passage: Exists(Node.objects.filter(IN_PUBLIC_MAP, passages=OuterRef(passage)))
)


class ArchiveForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="All who read the map can read it."
    )


offer(
    Map,
    Button(
        "archive",
        "Archive",
        ArchiveForm,
        archive_map,
        lambda user, map: not map.archived_at and may(user, Verb.ARCHIVE, map),
    ),
    Button(
        "unarchive",
        "Take out of the archive",
        ArchiveForm,
        unarchive_map,
        lambda user, map: map.archived_at and may(user, Verb.UNARCHIVE, map),
    ),
)


@admin.register(Map)
class MapAdmin(ReadOnlyAdmin):
    moderators_see = Q(visibility=Visibility.PUBLIC) | moderated() | Q(locked_at__isnull=False)
    list_display = ["title", related("article"), related("team"), "visibility", "open_flags"]
    list_display += ["hidden_at", "locked_at", "archived_at", "created_at"]
    list_filter = ["visibility", FlaggedFilter, ("hidden_at", admin.EmptyFieldListFilter)]
    list_filter += [("locked_at", admin.EmptyFieldListFilter)]
    list_filter += [("archived_at", admin.EmptyFieldListFilter), "stances_by_name"]
    search_fields = ["title", "slug", "question"]
    list_select_related = ["article", "team"]
    filter_by = ["article", "team"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]

    def is_open(self, map):
        return map.open_to_moderators

    def is_on_site(self, map):
        return map.open_to_moderators


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    moderators_see = IN_PUBLIC_MAP
    list_display = ["id", related("map"), related("user"), "role"]
    list_filter = ["role", "map__visibility"]
    search_fields = ["map__title", "user__username"]
    list_select_related = ["map", "user"]
    filter_by = ["map", "user"]
    ordering = ["-pk"]


class ContributionAdmin(ReadOnlyAdmin):
    """What a person wrote in a map."""

    moderators_see = IN_PUBLIC_MAP | moderated()
    list_filter = ["map__visibility", FlaggedFilter, ("hidden_at", admin.EmptyFieldListFilter)]
    list_filter += [("retracted_at", admin.EmptyFieldListFilter), "created_at"]
    list_select_related = ["map", "author"]
    filter_by = ["map", "author"]
    # A flagged object is a moderator's to see, the private map around it is not.
    operators_only = ["map__title"]
    ordering = ["-pk"]

    @property
    def replaced(self):
        """HTML is for pages."""
        return self.model.html_fields()

    def label(self, contribution):
        return f"{self.opts.verbose_name} {contribution.pk}"

    def is_on_site(self, contribution):
        return contribution.map.open_to_moderators


#: The columns that end the list of any contribution.
ABOUT = [related("map"), related("author"), "created_at", "open_flags", "hidden_at"]
ABOUT += ["retracted_at"]


@admin.register(Node)
class NodeAdmin(ContributionAdmin):
    list_display = ["number", "kind", short("text"), *ABOUT]
    list_filter = ["kind", *ContributionAdmin.list_filter]
    search_fields = ["text", "detail", "author__username", "map__title"]

    def label(self, node):
        return f"#{node.number}"


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    moderators_see = Q(node__map__visibility=Visibility.PUBLIC) | moderated("node__")
    list_display = ["id", short("title"), "url", "doi", related("node")]
    list_filter = ["node__map__visibility"]
    search_fields = ["title", "url", "doi", "quote"]
    list_select_related = ["node"]
    filter_by = ["node"]
    ordering = ["-pk"]


@admin.register(Link)
class LinkAdmin(ContributionAdmin):
    list_display = ["id", related("source"), "relation", related("target_node")]
    list_display += [related("target_link"), "scheme", *ABOUT]
    list_filter = ["relation", *ContributionAdmin.list_filter]
    search_fields = ["source__text", "scheme", "author__username", "map__title"]
    list_select_related = ["map", "author", "source", "target_node", "target_link"]
    filter_by = ["map", "author", "source", "target_node", "target_link"]
    # A flagged link in a private map joins nodes that are not flagged.
    operators_only = ["map__title", "source__text"]
