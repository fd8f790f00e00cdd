from django.urls import path

from . import anchoring, find, history, home, links, node_forms, nodes, pick, search, table

urlpatterns = [
    path("", home.home, name="home"),
    path("maps/<slug:slug>/history/", history.history, name="history"),
    path("maps/<slug:slug>/write/<slug:what>/", node_forms.write_node, name="write-node"),
    path("search/", search.everywhere, name="search"),
    path("maps/<slug:slug>/search/", search.in_map, name="search-map"),
    path("maps/<slug:slug>/find/", find.find, name="find"),
    path("maps/<slug:slug>/table/", table.table, name="table"),
    path("maps/<slug:slug>/pick/", pick.pick, name="pick"),
    path("maps/<slug:slug>/anchor/", anchoring.anchor, name="anchor"),
    path("maps/<slug:slug>/nodes/<int:number>/", nodes.node_page, name="node"),
    path("maps/<slug:slug>/nodes/<int:number>/edit/", node_forms.edit, name="edit-node"),
    path("maps/<slug:slug>/nodes/<int:number>/retract/", node_forms.retract, name="retract-node"),
    path("maps/<slug:slug>/nodes/<int:number>/restore/", node_forms.restore, name="restore-node"),
    path("maps/<slug:slug>/nodes/<int:number>/link/", links.write_link, name="write-link"),
    path("maps/<slug:slug>/links/<int:pk>/", links.link_page, name="link"),
    path("maps/<slug:slug>/links/<int:pk>/scheme/", links.scheme, name="scheme"),
    path("maps/<slug:slug>/links/<int:pk>/turn/", links.turn, name="turn-link"),
    path("maps/<slug:slug>/links/<int:pk>/move/", links.move, name="move-link"),
    path("maps/<slug:slug>/links/<int:pk>/retract/", links.retract, name="retract-link"),
    path("maps/<slug:slug>/links/<int:pk>/restore/", links.restore, name="restore-link"),
]
