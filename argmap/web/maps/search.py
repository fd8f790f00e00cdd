"""What has the words that somebody looks for: in one map, or in all that they find in lists."""

from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from argmap.maps.models import get_map
from argmap.search.finding import KINDS_SEARCHED, search
from argmap.search.words import LONGEST

from ..http.respond import finished, wants_fragment


@require_safe
def everywhere(request):
    return _found(request, None)


@require_safe
def in_map(request, slug):
    return _found(request, get_map(request.user, slug))


def _found(request, map):
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    kind, page = request.GET.get("kind", ""), request.GET.get("page")
    found = search(request.user, words, map=map, kind=kind, page=page)
    context = {
        "map": map,
        "found": found,
        "words": words,
        "asked": urlencode({"q": words}),
        "kinds": [(each, found.counts.get(name, 0)) for name, each in KINDS_SEARCHED.items()],
    }
    if not wants_fragment(request):
        return finished(render(request, "maps/search.html", context))
    response = render(request, "maps/search.html#typed", context)
    # What stands there has its address, as one types; there is no way back to each letter.
    response["HX-Replace-Url"] = f"{request.path}?{context['asked']}" if words else request.path
    return finished(response)
