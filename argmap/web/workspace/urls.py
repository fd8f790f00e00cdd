from django.urls import path

from . import page, stream, words
from .graph import view as graph

urlpatterns = [
    path("maps/<slug:slug>/", page.workspace, name="workspace"),
    path("maps/<slug:slug>/graph/", graph.graph, name="graph"),
    path("maps/<slug:slug>/graph.svg", graph.graph_file, name="graph-file"),
    path("maps/<slug:slug>/stream", stream.stream, name="stream"),
    path("maps/<slug:slug>/paragraphs/<int:number>/", page.paragraph, name="paragraph"),
    path("maps/<slug:slug>/paragraphs/own/", page.own_paragraphs, name="own-paragraphs"),
    path("maps/<slug:slug>/words/<int:edition>/<int:start>-<int:end>/", words.words, name="words"),
    path("maps/<slug:slug>/outline/<int:after>/", page.roots, name="roots"),
    path("maps/<slug:slug>/nodes/<int:number>/margin/", page.margin, name="margin"),
    path("maps/<slug:slug>/nodes/<int:number>/under/<int:after>/", page.under, name="under"),
]
