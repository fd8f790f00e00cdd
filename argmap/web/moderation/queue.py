"""Moderation: flagging, the queue of flags, hiding and showing again."""

import json
from collections import defaultdict
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, judges_own, may, may_read_words, require
from argmap.articles.models import Article, Visibility
from argmap.journal.errors import Gone
from argmap.journal.models import Change, Event
from argmap.journal.reading import one_moment
from argmap.journal.writing import site_journal_id
from argmap.maps.models import Map, get_map
from argmap.moderation.actions import (
    LONGEST,
    dismiss_flags,
    flag,
    hide,
    may_sanction,
    restore,
    seen_through,
)
from argmap.moderation.models import TARGETS, Flag

from ..http.respond import safe_next
from ..writing.forms import Form, plainly, posted, write

ON_A_PAGE = 50
NOTICED_DAYS = 30
MOST_NOTICED = 10
MOST_REPORTS = 10  # of one thing, in full


@require_safe
def queue(request):
    """What readers have flagged and nobody has looked at, the most reported first."""
    require(request.user, Verb.SEE_FLAGS)
    with one_moment():
        shown = Paginator(Flag.objects.reported(), ON_A_PAGE).get_page(request.GET.get("page"))
        cases = _cases(list(shown), request.user)
        context = {"cases": cases, "shown": shown, "named": moderators_named()}
        return render(request, "moderation/queue.html", context)


def _cases(reported, moderator):
    """What the queue says of each thing that was reported, in a constant number of queries."""
    ids = Flag.objects.oldest_on(reported, MOST_REPORTS)
    related = [f"{kind.name}__{path}" for kind in TARGETS.values() for path in kind.related]
    reports = Flag.objects.filter(pk__in=list(ids)).select_related("reporter", *TARGETS, *related)
    flags = defaultdict(list)
    for each in _with_roles(reports, moderator):
        flags[each.target_name, each.target.pk].append(each)
    maps = _public_maps_of({row["article"] for row in reported})
    return [_case(moderator, row, flags, maps) for row in reported]


def _public_maps_of(articles):
    """By the id of an article: the first map in which everyone reads it."""
    maps = Map.objects.public().filter(article__in=articles - {None})
    first = maps.order_by().values("article").annotate(first=Min("pk")).values("first")
    return {map.article_id: map for map in Map.objects.filter(pk__in=first)}


def _with_roles(reports, moderator):
    """The reports; a map or an article that is reported knows the moderator's role in it."""
    reports = list(reports)
    for name in ("map", "article"):
        kind, ids = TARGETS[name], {getattr(report, f"{name}_id") for report in reports}
        found = kind.model.objects.with_role_of(moderator).select_related(*kind.related)
        found = found.in_bulk(ids - {None})
        for report in reports:
            setattr(report, name, found.get(getattr(report, f"{name}_id")))
    return reports


def moderators_named():
    """Who was lately named a moderator or ended as one, newest first: nobody should miss it."""
    since = timezone.now() - timedelta(days=NOTICED_DAYS)
    events = Event.objects.filter(journal_id=site_journal_id(), verb="make_moderator", at__gt=since)
    changes = Change.objects.filter(event__in=events).order_by("-pk")[:MOST_NOTICED]
    changes = list(changes.select_related("event__actor"))
    people = User.objects.in_bulk([change.object_id for change in changes])
    return [
        {
            "actor": change.event.actor,
            "user": people[change.object_id],
            "began": change.text and json.loads(change.text)["after"]["is_moderator"],
            "at": change.event.at,
        }
        for change in changes
    ]


def _case(moderator, row, flags, maps):
    name = next(name for name in TARGETS if row[name])
    flags, kind = flags[name, row[name]], TARGETS[name]
    target = flags[0].target
    own = judges_own(moderator, target)
    return {
        "name": name,
        "target": target,
        "flags": flags,
        "more": row["flags"] - len(flags),
        "what": kind.label(target),
        "words": kind.quote(target),
        "prose": kind.texts[0] if kind.quotes_prose else "",
        "by": getattr(target, "author", None) or getattr(target, "owner", None),
        "url": kind.address(target) or _where_it_is_read(row["article"], maps),
        "can_hide": kind.can_be_hidden and not own,
        "can_sanction": name == "account" and may_sanction(moderator, target),
        "is_own": own,
    }


def _where_it_is_read(article, maps):
    return maps[article].get_absolute_url() if article in maps else ""


def get_target(request, name, pk):
    """Anything that can be flagged, if this person may see it. Raises Gone.

    Its number can be guessed, an unlisted map's address cannot: whoever finds that map in no
    list must name it, in `map`.
    """
    user = request.user
    if name not in TARGETS:
        raise Gone
    kind = TARGETS[name]
    target = kind.model.objects.select_related(*kind.related).filter(pk=pk).first()
    if target is None:
        raise Gone
    if isinstance(target, Article) and _is_seen_through_a_map(request, target):
        return target
    require(user, Verb.READ, target)
    if not _is_found(request, target):
        raise Gone
    return target


def _is_seen_through_a_map(request, article):
    try:
        return get_map(request.user, request.GET.get("map", "")).article_id == article.pk
    except Gone:
        return False


def _is_found(request, target):
    place = _map_of(target) or target
    if getattr(place, "visibility", None) != Visibility.UNLISTED:
        return True
    return (
        may(request.user, Verb.SEE_FLAGS, target)
        or (isinstance(place, Map) and request.GET.get("map") == place.slug)
        or type(place).objects.visible_to(request.user).filter(pk=place.pk).exists()
    )


class FlagForm(Form):
    button = "Report"
    reason = forms.ChoiceField(
        label="What is wrong with it",
        choices=plainly(Flag.Reason),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong with it."},
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST["note"],
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": ""}),
        help_text="Only moderators read this.",
    )


class HideForm(Form):
    button = "Hide"
    reason = forms.CharField(
        max_length=LONGEST["reason"],
        widget=forms.TextInput(attrs={"data-focus": ""}),
        error_messages={"required": "Give the reason; it is public."},
        help_text="Everyone who sees the map reads this.",
    )
    moderator_note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST["moderator_note"],
        help_text="Only moderators read this.",
    )


class RestoreForm(HideForm):
    button = "Show again"


class DismissForm(Form):
    button = "Leave it as it is"
    moderator_note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST["moderator_note"],
        widget=forms.TextInput(attrs={"data-focus": ""}),
        help_text="Only moderators read this.",
    )


@require_http_methods(["GET", "POST"])
def report(request, name, pk):
    """A reader flags something."""
    return _act(
        request, name, pk, Verb.FLAG, FlagForm, flag, "Report", "A moderator will look at it."
    )


@require_http_methods(["GET", "POST"])
def hide_it(request, name, pk):
    return _act(request, name, pk, Verb.HIDE, HideForm, hide, "Hide", "Hidden.")


@require_http_methods(["GET", "POST"])
def restore_it(request, name, pk):
    return _act(
        request, name, pk, Verb.RESTORE, RestoreForm, restore, "Show again", "It is shown again."
    )


@require_http_methods(["GET", "POST"])
def dismiss(request, name, pk):
    require(request.user, Verb.SEE_FLAGS)
    return _act(
        request,
        name,
        pk,
        Verb.DISMISS,
        DismissForm,
        dismiss_flags,
        "Leave as it is",
        "The flags are settled.",
    )


def _act(request, name, pk, verb, form_class, action, title, toast):
    target, kind = get_target(request, name, pk), TARGETS[name]
    require(request.user, verb, seen_through(target, request.user))
    map = _map_in_sight(request.user, target)
    readable = may_read_words(request.user, target)

    def act(data):
        action(request.user, target, **data)
        if map is not None and not request.POST.get("next"):
            return {"about": kind.about(target), "toast": toast}
        messages.success(request, toast)
        return HttpResponseRedirect(safe_next(request) or "/")

    return write(
        request,
        map,
        form_class(posted(request)),
        act,
        title=f"{title}: {kind.label(target)}",
        cancel=kind.about(target),
        action=request.get_full_path(),
        next=request.GET.get("next", "") or request.POST.get("next", ""),
        quoted=kind.quote(target) if readable and not kind.quotes_prose else "",
        said=target if readable and kind.quotes_prose else None,
        said_in=kind.texts[0] if kind.texts else "",
    )


def _map_in_sight(user, target):
    """Its map; nothing where a moderator sees only what was flagged, not the map around it."""
    map = _map_of(target)
    try:
        return map and get_map(user, map.slug)
    except Gone:
        return None


def _map_of(target):
    return target if isinstance(target, Map) else getattr(target, "map", None)
