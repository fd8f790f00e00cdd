from django.urls import include, path

urlpatterns = [
    path("", include("argmap.web.maps.urls")),
    path("", include("argmap.web.workspace.urls")),
    path("", include("argmap.web.articles.urls")),
    path("", include("argmap.web.debate.urls")),
    path("", include("argmap.web.moderation.urls")),
    path("", include("argmap.web.accounts.urls")),
]
