"""The first page: the maps that one may see."""

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.views.decorators.http import require_safe

from argmap.debate.models import Dispute
from argmap.journal.models import Event
from argmap.maps.models import Map, Node

ON_A_PAGE = 30


@require_safe
def home(request):
    maps = (
        Map.objects.visible_to(request.user)
        .select_related("article")
        .annotate(
            statements=_count(Node.objects.standing()),
            open_disputes=_count(Dispute.objects.undecided()),
            last_at=Subquery(
                Event.objects.filter(journal=OuterRef("journal")).order_by("-seq").values("at")[:1]
            ),
        )
        .order_by("-last_at", "pk")
    )
    found = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if found:
        maps = maps.filter(Q(title__icontains=found) | Q(question__icontains=found))
        maps = maps.filter(hidden_at=None)
    page = Paginator(maps, ON_A_PAGE).get_page(request.GET.get("page"))
    for map in page:
        map.withhold_from(request.user)
    context = {
        "maps": page,
        "found": found,
        "example": maps.first() if not request.user.is_authenticated else None,
    }
    return render(request, "maps/home.html", context)


def _count(rows):
    counted = rows.filter(map=OuterRef("pk")).order_by().values("map").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)
