from django.urls import path

from . import (
    annotations,
    articles,
    disputes,
    history,
    home,
    links,
    node_forms,
    nodes,
    people,
    queue,
    stances,
    stream,
    workspace,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("people/<str:username>/", people.account_page, name="account"),
    path("articles/new/", articles.new_article, name="new-article"),
    path("maps/<slug:slug>/", workspace.workspace, name="workspace"),
    path("maps/<slug:slug>/stream", stream.stream, name="stream"),
    path("maps/<slug:slug>/outline/<int:after>/", workspace.roots, name="roots"),
    path("maps/<slug:slug>/history/", history.history, name="history"),
    path("maps/<slug:slug>/editions/new/", articles.new_edition, name="new-edition"),
    # Nodes
    path("maps/<slug:slug>/write/<slug:what>/", node_forms.write_node, name="write-node"),
    path("maps/<slug:slug>/nodes/<int:number>/", nodes.node_page, name="node"),
    path("maps/<slug:slug>/nodes/<int:number>/margin/", workspace.margin, name="margin"),
    path("maps/<slug:slug>/nodes/<int:number>/under/<int:after>/", workspace.under, name="under"),
    path("maps/<slug:slug>/nodes/<int:number>/edit/", node_forms.edit, name="edit-node"),
    path("maps/<slug:slug>/nodes/<int:number>/retract/", node_forms.retract, name="retract-node"),
    path("maps/<slug:slug>/nodes/<int:number>/restore/", node_forms.restore, name="restore-node"),
    path("maps/<slug:slug>/nodes/<int:number>/link/", links.write_link, name="write-link"),
    path("maps/<slug:slug>/nodes/<int:number>/stance/", stances.on_node, name="node-stance"),
    # Links
    path("maps/<slug:slug>/links/<int:pk>/", links.link_page, name="link"),
    path("maps/<slug:slug>/links/<int:pk>/retract/", links.retract, name="retract-link"),
    path("maps/<slug:slug>/links/<int:pk>/restore/", links.restore, name="restore-link"),
    path("maps/<slug:slug>/links/<int:pk>/stance/", stances.on_link, name="link-stance"),
    # Annotations
    path("maps/<slug:slug>/annotations/new/", annotations.write_annotation, name="annotate"),
    path("maps/<slug:slug>/annotations/<int:pk>/", annotations.annotation_page, name="annotation"),
    path("maps/<slug:slug>/annotations/<int:pk>/reply/", annotations.write_reply, name="reply"),
    path("maps/<slug:slug>/annotations/<int:pk>/edit/", annotations.edit, name="edit-annotation"),
    path(
        "maps/<slug:slug>/annotations/<int:pk>/retract/",
        annotations.retract,
        name="retract-annotation",
    ),
    path(
        "maps/<slug:slug>/annotations/<int:pk>/restore/",
        annotations.restore,
        name="restore-annotation",
    ),
    # Disputes
    path("maps/<slug:slug>/disputes/", disputes.dispute_list, name="disputes"),
    path("maps/<slug:slug>/disputes/new/", disputes.write_dispute, name="open-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/", disputes.dispute_page, name="dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/edit/", disputes.edit, name="edit-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/answer/", disputes.answer, name="answer-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/decide/", disputes.decide, name="decide-dispute"),
    path(
        "maps/<slug:slug>/disputes/<int:pk>/withdraw/", disputes.withdraw, name="withdraw-dispute"
    ),
    # Moderation
    path("moderation/", queue.queue, name="queue"),
    path("flag/<slug:name>/<int:pk>/", queue.report, name="flag"),
    path("moderation/<slug:name>/<int:pk>/hide/", queue.hide_it, name="hide"),
    path("moderation/<slug:name>/<int:pk>/restore/", queue.restore_it, name="restore"),
    path("moderation/<slug:name>/<int:pk>/dismiss/", queue.dismiss, name="dismiss-flags"),
]
