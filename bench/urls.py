"""The site's own addresses, and the floor that everything is held against."""

from django.shortcuts import render
from django.urls import include, path

from argmap.maps.models import Node

from .rest import Bare
from .served import note_commits

note_commits()


def floor(request, slug):
    """A bare Django page: all nodes of a map as plain rows, from one query."""
    return render(request, "bench/floor.html", {"nodes": Node.objects.filter(map__slug=slug)})


urlpatterns = [
    path("floor/<slug:slug>/", floor),
    path("floor/<slug:slug>/annotations/", Bare.as_view()),
    path("", include("argmap.urls")),
]
