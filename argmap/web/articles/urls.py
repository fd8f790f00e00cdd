from django.urls import path

from . import articles

urlpatterns = [
    path("articles/new/", articles.new_article, name="new-article"),
    path("maps/<slug:slug>/editions/new/", articles.new_edition, name="new-edition"),
]
