from django.urls import path

from . import queue

urlpatterns = [
    path("moderation/", queue.queue, name="queue"),
    path("flag/<slug:name>/<int:pk>/", queue.report, name="flag"),
    path("moderation/<slug:name>/<int:pk>/hide/", queue.hide_it, name="hide"),
    path("moderation/<slug:name>/<int:pk>/restore/", queue.restore_it, name="restore"),
    path("moderation/<slug:name>/<int:pk>/dismiss/", queue.dismiss, name="dismiss-flags"),
]
