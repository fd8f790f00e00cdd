from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from .annotations import Annotations, OneAnnotation
from .articles import ArticleOfMap, Articles, EditionOfMap, OneArticle, OneEdition
from .base.views import Nowhere
from .disputes import Disputes, OneDispute
from .links import Links, OneLink
from .maps import Maps, OneMap
from .nodes import Nodes, OneNode
from .search import Search
from .tokens import OneToken, Tokens

app_name = "api"

urlpatterns = [
    path("articles/", Articles.as_view(), name="articles"),
    path("articles/<int:pk>/", OneArticle.as_view(), name="article"),
    path("articles/<int:pk>/editions/<int:number>/", OneEdition.as_view(), name="edition"),
    path("maps/", Maps.as_view(), name="maps"),
    path("maps/<slug:slug>/", OneMap.as_view(), name="map"),
    path("maps/<slug:slug>/article/", ArticleOfMap.as_view(), name="map-article"),
    path(
        "maps/<slug:slug>/article/editions/<int:number>/",
        EditionOfMap.as_view(),
        name="map-edition",
    ),
    path("maps/<slug:slug>/nodes/", Nodes.as_view(), name="nodes"),
    path("maps/<slug:slug>/nodes/<int:number>/", OneNode.as_view(), name="node"),
    path("maps/<slug:slug>/links/", Links.as_view(), name="links"),
    path("maps/<slug:slug>/links/<int:pk>/", OneLink.as_view(), name="link"),
    path("maps/<slug:slug>/annotations/", Annotations.as_view(), name="annotations"),
    path("maps/<slug:slug>/annotations/<int:pk>/", OneAnnotation.as_view(), name="annotation"),
    path("maps/<slug:slug>/disputes/", Disputes.as_view(), name="disputes"),
    path("maps/<slug:slug>/disputes/<int:pk>/", OneDispute.as_view(), name="dispute"),
    path("search/", Search.as_view(), name="search"),
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/<int:pk>/", OneToken.as_view(), name="token"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    re_path("", Nowhere.as_view()),
]
