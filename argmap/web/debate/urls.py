from django.urls import path

from . import annotation_list, annotations, disputes, merging, stances

urlpatterns = [
    path("maps/<slug:slug>/nodes/<int:number>/stance/", stances.on_node, name="node-stance"),
    path("maps/<slug:slug>/nodes/<int:number>/merge/", merging.merge, name="merge-node"),
    path("maps/<slug:slug>/links/<int:pk>/stance/", stances.on_link, name="link-stance"),
    path("maps/<slug:slug>/annotations/", annotation_list.annotation_list, name="annotations"),
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
    path(
        "maps/<slug:slug>/annotations/<int:pk>/resolve/",
        annotations.resolve,
        name="resolve-annotation",
    ),
    path(
        "maps/<slug:slug>/annotations/<int:pk>/reopen/",
        annotations.reopen,
        name="reopen-annotation",
    ),
    path("maps/<slug:slug>/disputes/", disputes.dispute_list, name="disputes"),
    path("maps/<slug:slug>/disputes/new/", disputes.write_dispute, name="open-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/", disputes.dispute_page, name="dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/edit/", disputes.edit, name="edit-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/answer/", disputes.answer, name="answer-dispute"),
    path("maps/<slug:slug>/disputes/<int:pk>/decide/", disputes.decide, name="decide-dispute"),
    path(
        "maps/<slug:slug>/disputes/<int:pk>/withdraw/", disputes.withdraw, name="withdraw-dispute"
    ),
]
