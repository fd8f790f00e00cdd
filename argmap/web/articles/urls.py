from django.urls import path

from . import articles, editions

urlpatterns = [
    path("articles/new/", articles.new_article, name="new-article"),
    path("maps/<slug:slug>/editions/", editions.editions, name="editions"),
    path("maps/<slug:slug>/editions/new/", articles.new_edition, name="new-edition"),
    path("maps/<slug:slug>/editions/<int:number>/", editions.edition, name="edition"),
    path("maps/<slug:slug>/editions/<int:number>/changes/", editions.changes, name="changes"),
    path(
        "maps/<slug:slug>/editions/<int:number>/passages/<int:pk>/",
        editions.repair,
        name="repair",
    ),
]
