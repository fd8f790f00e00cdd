"""What people say about a map, to read in the admin."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q

from argmap.admin.read_only import ReadOnlyAdmin, related, short
from argmap.articles.admin import seen_through
from argmap.maps.admin import ABOUT, IN_PUBLIC_MAP, ContributionAdmin

from .models import Annotation, Dispute, Stance, Suggestion

FOR_ALL = Q(visibility=Annotation.Visibility.MAP)

seen_through.append(
    lambda passage: Exists(
        Annotation.objects.filter(FOR_ALL, IN_PUBLIC_MAP, passage=OuterRef(passage))
    )
)


class OnTarget(ContributionAdmin):
    """What stands on a node or a link."""

    list_select_related = ["map", "author", "node", "link"]
    filter_by = ["map", "author", "node", "link"]


@admin.register(Annotation)
class AnnotationAdmin(OnTarget):
    moderators_see = FOR_ALL & ContributionAdmin.moderators_see
    list_display = ["id", short("text"), related("node"), related("link"), related("passage")]
    list_display += [related("parent"), "motivation", "visibility", *ABOUT]
    list_filter = ["visibility", "motivation", *ContributionAdmin.list_filter]
    search_fields = ["text", "author__username", "map__title"]
    list_select_related = [*OnTarget.list_select_related, "parent", "passage__edition__article"]
    list_defer = [
        "passage__edition__text",
        "passage__edition__structure",
        "passage__edition__digests",
    ]
    filter_by = [*OnTarget.filter_by, "passage", "parent"]


@admin.register(Dispute)
class DisputeAdmin(OnTarget):
    list_display = ["id", "state", "ground", short("statement"), related("node")]
    list_display += [related("link"), related("decided_by"), *ABOUT]
    list_filter = ["state", "ground", *ContributionAdmin.list_filter]
    search_fields = ["statement", "answer", "decision", "author__username", "map__title"]
    list_select_related = [*OnTarget.list_select_related, "answered_by", "decided_by"]
    filter_by = [*OnTarget.filter_by, "answered_by", "decided_by"]


@admin.register(Suggestion)
class SuggestionAdmin(OnTarget):
    list_display = ["id", "state", "kind", short("text"), related("node"), related("link")]
    list_display += [related("decided_by"), *ABOUT]
    list_filter = ["state", "kind", *ContributionAdmin.list_filter]
    search_fields = ["text", "why", "decision", "author__username", "map__title"]
    list_select_related = [*OnTarget.list_select_related, "decided_by"]
    filter_by = [*OnTarget.filter_by, "decided_by"]


@admin.register(Stance)
class StanceAdmin(ReadOnlyAdmin):
    moderators_see = IN_PUBLIC_MAP & Q(map__stances_by_name=True)
    list_display = ["id", related("user"), related("map"), related("node"), "credence"]
    list_display += [related("link"), "impact", "taken_at"]
    list_filter = ["map__stances_by_name", "map__visibility", "taken_at"]
    search_fields = ["user__username", "map__title"]
    list_select_related = ["user", "map", "node", "link"]
    filter_by = ["user", "map", "node", "link"]
    ordering = ["-pk"]
