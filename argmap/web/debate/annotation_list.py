"""The annotations of a map: all that a reader may see, by place or time, and what they look for."""

from django import forms
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from argmap.accounts.names import LONGEST_USERNAME, key_of
from argmap.articles.models import Placement
from argmap.articles.placing import placements_in
from argmap.debate.limits import TAG
from argmap.debate.models import Annotation
from argmap.journal.text import whole_number
from argmap.maps.models import get_map, sees_article

from ..http.respond import versioned
from ..workspace.about import edition_of_address
from ..workspace.margin import withhold
from ..workspace.text import edition_of

ON_A_PAGE = 50


class Filters(forms.Form):
    """What a reader looks for; what is no choice is not asked for."""

    who = forms.ChoiceField(
        required=False,
        choices=[("", "everyone’s"), ("mine", "mine"), ("private", "only for me")],
        label="Whose",
    )
    person = forms.CharField(required=False, max_length=LONGEST_USERNAME, label="By")
    motivation = forms.ChoiceField(
        required=False, choices=[("", "any kind"), *Annotation.Motivation.choices], label="Kind"
    )
    tag = forms.CharField(required=False, max_length=TAG)
    anchor = forms.ChoiceField(
        required=False,
        choices=[("", "anywhere"), *((each, each) for each in Placement.Status.values)],
        label="Anchor",
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "all"), ("open", "to resolve"), ("resolved", "resolved")],
        label="State",
    )
    order = forms.ChoiceField(
        required=False, choices=[("", "newest first"), ("place", "in the order of the text")]
    )


@require_safe
def annotation_list(request, slug):
    """Threads and replies as this reader may see them, filtered."""
    filters, wanted = _filters(request)
    if "anchor" in wanted or wanted.get("order") == "place":
        place_all(get_map(request.user, slug), request.user)
    return _list(request, slug, filters=filters, wanted=wanted)


def _filters(request):
    """The form, and what of it is asked for."""
    filters = Filters(request.GET)
    filters.is_valid()
    return filters, {name: value for name, value in filters.cleaned_data.items() if value}


def place_all(map, user):
    """See to it that all places are known that the list goes by: of words that were chosen in an
    older edition they are looked for when somebody asks. Not as of a moment, which stores none."""
    if (edition := _edition(map, user)) is not None:
        anchored = Annotation.objects.readable_by(user, map).exclude(passage=None)
        unknown = anchored.exclude(passage__placements__edition=edition)
        placements_in(edition, unknown.values_list("passage", flat=True))


def _edition(map, user):
    """The one in which the list says where words stand."""
    return edition_of(map).edition if sees_article(user, map) else None


@versioned
def _list(request, map, filters, wanted):
    edition = _edition(map, request.user)
    rows = found(map, request.user, edition, wanted)
    after = whole_number(request.GET.get("after")) or 0
    shown = list(ordered(rows, edition, wanted)[after : after + ON_A_PAGE])
    count_replies(shown)
    withhold(shown, map, request.user)
    context = {
        "map": map,
        "filters": filters,
        "wanted": wanted,
        "annotations": shown,
        "sees_article": edition is not None,
        "reading": edition_of_address(request, map),
        "count": (count := rows.count()),
        "after": after,
        "before": max(0, after - ON_A_PAGE),
        "next": after + ON_A_PAGE if count > after + ON_A_PAGE else None,
        "query": urlencode(wanted),
    }
    return render(request, "debate/annotations.html", context)


def found(map, user, edition, wanted):
    """The annotations and replies that are asked for. Hidden ones only for who may read them,
    since a filter tells what they say."""
    rows = Annotation.objects.readable_by(user, map).standing()
    if wanted.get("who") == "mine" and user.is_authenticated:
        rows = rows.filter(author=user)
    elif wanted.get("who"):
        rows = rows.filter(visibility=Annotation.Visibility.PRIVATE)
    if person := wanted.get("person"):
        rows = rows.filter(author__username_key=key_of(person))
    if motivation := wanted.get("motivation"):
        rows = rows.filter(motivation=motivation)
    if tag := wanted.get("tag"):
        rows = rows.tagged(tag)
    if anchor := wanted.get("anchor"):
        placed = Placement.objects.filter(edition=edition, status=anchor)
        rows = rows.filter(passage__in=placed.values("passage"))
    if state := wanted.get("state"):
        rows = rows.to_resolve() if state == "open" else rows.exclude(resolved_at=None)
    return rows


def count_replies(annotations):
    """Tell each how often it was `replied` to: these alone, of the many that there may be."""
    replies = Annotation.objects.standing().filter(parent__in=annotations).order_by()
    counts = dict(replies.values_list("parent").annotate(Count("pk")))
    for each in annotations:
        each.replied = counts.get(each.pk, 0)


def ordered(rows, edition, wanted):
    """The newest first, or as their words stand in the text; those on none of it come last."""
    rows = rows.select_related(
        "author", "node", "link__source", "passage",
        "parent__author", "parent__node", "parent__link__source", "parent__passage",
    )  # fmt: skip
    if wanted.get("order") != "place":
        return rows.order_by("-pk")
    places = Placement.objects.filter(edition=edition, passage=OuterRef("words"))
    return rows.annotate(
        words=Coalesce("passage", "parent__passage"), start=Subquery(places.values("start")[:1])
    ).order_by(F("start").asc(nulls_last=True), "pk")
