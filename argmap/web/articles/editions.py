"""The editions of an article: which there are, how they differ, and the desk where what a new one
left behind is put right."""

from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from argmap.articles import anchoring
from argmap.articles.actions import stamp_of
from argmap.articles.comparing import Comparison, common_words, doubts_between
from argmap.articles.models import Edition, Passage
from argmap.debate.actions import place_annotation
from argmap.debate.models import Annotation
from argmap.journal.errors import Gone
from argmap.journal.text import LONGEST_REASON, whole_number
from argmap.maps.actions import place_passage
from argmap.maps.models import get_map, sees_article

from ..http.respond import Allowed, versioned
from ..workspace.cards import paragraphs_of
from ..workspace.text import edition_of
from ..writing.forms import Form, attempt, posted
from .anchors import STATUSES, anchor_of, anchors_in, may_place, shown, that_they_place

cache = caches["pages"]

ON_A_PAGE = 50
AROUND = 1000  # code points before and after a passage, where its paragraph has as many
KEPT = 3  # unchanged sentences that are shown around a change


@versioned
def editions(request, map):
    """All editions of the article, the newest first."""
    _edition(request, map)
    found = (
        Edition.objects.filter(article=map.article_id)
        .defer("text", "structure", "digests")
        .select_related("added_by")
    )
    context = {"map": map, "editions": found.order_by("-number")}
    context["allowed_article"] = Allowed(request.user, map.article)
    return render(request, "articles/editions.html", context)


@versioned
def edition(request, map, number):
    """How what was anchored stands in an edition: what waits for a person first."""
    edition = _edition(request, map, number)
    anchors = anchors_in(map, edition, request.user)
    after = whole_number(request.GET.get("after")) or 0
    here = shown(map, edition, anchors.open[after : after + ON_A_PAGE])
    context = {
        "map": map,
        "edition": edition,
        "newest": edition_of(map).edition.number,
        "counts": [(name, anchors.counts[name]) for name in STATUSES if anchors.counts[name]],
        "waiting": sum(each.waits for each in anchors.open),
        "open": [each for each in here if each.anchor.waits],
        "left": [each for each in here if not each.anchor.waits],
        "before": edition.number > 1 and edition.number - 1,
        "next": after + ON_A_PAGE if len(anchors.open) > after + ON_A_PAGE else None,
    }
    return render(request, "articles/anchors.html", context)


@versioned
def changes(request, map, number):
    """What is new in an edition, word by word, against the one before or another."""
    new = _edition(request, map, number)
    old = _edition(request, map, whole_number(request.GET.get("from")) or number - 1)
    runs = cache.get_or_set(("changes", old.pk, new.pk), lambda: Runs.between(old.text, new.text))
    context = {"map": map, "old": old, "new": new, "runs": runs.changes}
    return render(request, "articles/changes.html", context)


class Runs(NamedTuple):
    """What differs between two editions, which never change; and what that weighs."""

    changes: list
    weight: int

    @classmethod
    def between(cls, old, new):
        changes = _in_runs(Comparison(old, new).changes())
        return cls(changes, 2 * (len(old) + len(new)))


class PlaceForm(Form):
    """Where a passage stands, in code points; or nowhere, and why."""

    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)
    seen = forms.CharField(required=False, empty_value=None)


@require_http_methods(["GET", "POST"])
def repair(request, slug, number, pk):
    """The desk: a passage as it was chosen, beside the places where it may stand now."""
    map = get_map(request.user, slug)
    edition = _edition(request, map, number)
    passage = _passage(map, pk)
    anchor, about = anchor_of(map, edition, passage, request.user)
    form = PlaceForm(posted(request))
    context = {"map": map, "edition": edition, "anchor": anchor, "about": about, "form": form}

    def act(data):
        return _place(request.user, map, about, passage, edition, **data)

    placed, status = attempt(form, act, request, context)
    if placed is not None:
        messages.success(
            request, "Placed." if placed.start is not None else "Left without a place."
        )
        return HttpResponseRedirect(_next_address(request, map, edition, pk))
    if status == 409:  # someone was quicker, and one sees how they decided
        context["anchor"], _ = anchor_of(map, edition, passage, request.user)
    context |= {
        "newest": edition_of(map).edition.number,
        "passage": passage,
        "seen": stamp_of(passage.placements.filter(edition=edition).first()),
        "was": _in_context(passage.edition, passage),
        "offers": _offers(edition, passage, context["anchor"]),
        "parts": paragraphs_of(edition),
        "may_place": may_place(request.user, map, about),
    }
    return render(request, "articles/repair.html", context, status=status)


def _place(user, map, about, passage, edition, **place):
    if isinstance(about, Annotation):
        return place_annotation(user, about, edition=edition, **place)
    return place_passage(user, map, passage, edition=edition, **place)


def _next_address(request, map, edition, done):
    """The next anchor that waits for this person; the report where none does."""
    map = get_map(request.user, map.slug)
    waiting = anchors_in(map, edition, request.user).open
    for anchor in that_they_place(waiting, map, request.user):
        if anchor.waits and anchor.passage != done:
            return reverse("repair", args=[map.slug, edition.number, anchor.passage])
    return reverse("edition", args=[map.slug, edition.number])


def _passage(map, pk):
    found = Passage.objects.select_related("edition")
    passage = found.filter(pk=pk, edition__article=map.article_id).first()
    if passage is None:
        raise Gone
    return passage


def _edition(request, map, number=None):
    """An edition that this reader may read. Raises Gone."""
    found = edition_of(map, number).edition if sees_article(request.user, map) else None
    if found is None:
        raise Gone
    return found


@dataclass
class Offer:
    """A place where a passage may stand: its words with what stands around them, and why."""

    start: int
    end: int
    before: str
    words: str
    after: str
    why: list


def _candidates(edition, passage):
    """(start, end) of each place that may be meant. Neither text ever changes, so a passage is
    looked for once, which takes a quarter of a second in a long text."""
    quote = anchoring.Quote(passage.exact, passage.prefix, passage.suffix)
    places = anchoring.Searched(edition.text).candidates(quote)
    return [(place.start, place.end) for place in places]


def _offers(edition, passage, anchor):
    """Where it stands now, and other places that may be meant."""
    key = ("candidates", passage.pk, edition.pk)
    spans = [(anchor.start, anchor.end)] if anchor.end else []
    spans += cache.get_or_set(key, lambda: _candidates(edition, passage))
    spans = list(dict.fromkeys(spans))
    common = common_words(edition.text)
    return [
        Offer(
            *span, *_around(edition, *span), _why(passage.exact, edition.text[slice(*span)], common)
        )
        for span in spans
    ]


def _why(before, after, common):
    share = anchoring.share_of_words(before, after)
    why = ["the same words"] if share == 1 else [f"{100 * share:.0f} % of the words"]
    if share < anchoring.LEAST_OFFERED:
        return why
    why += [_change(*doubt) for doubt in doubts_between(before, after, common)]
    return list(dict.fromkeys(why))


def _change(kind, was, now):
    if not now:
        return f"struck: {was}"
    return f"a {kind} changed: {was} → {now}" if was else f"added: {now}"


def _in_context(edition, passage):
    own = passage.placements.filter(edition=edition, start__isnull=False).first()
    if own is None:
        return passage.prefix, passage.exact, passage.suffix
    return _around(edition, own.start, own.end)


def _around(edition, start, end):
    """(before, words, after) within the paragraphs that the words stand in."""
    parts = anchoring.overlapping(paragraphs_of(edition), start, end)
    first = min(parts[0].start, start) if parts else start
    last = max(parts[-1].end, end) if parts else end
    text = edition.text
    return (
        text[max(first, start - AROUND) : start],
        text[start:end],
        text[end : min(last, end + AROUND)],
    )


def _in_runs(changes):
    """Changes, with what is unchanged between them cut to what stands next to one."""
    runs, same = [], []
    for change in changes:
        if change.kind == "same":
            same.append(change)
            continue
        runs += _cut(same, first=not runs)
        same = []
        runs.append(change)
    return runs + (_cut(same, last=True) if runs else [])


def _cut(same, first=False, last=False):
    head = [] if first else same[:KEPT]
    tail = [] if last else same[len(head) :][-KEPT:]
    left_out = len(same) - len(head) - len(tail)
    return [*head, *([left_out] if left_out else []), *tail]
