"""How much one person may write over the API in a minute."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from argmap.journal.models import Event

WINDOW = timedelta(minutes=1)


class WritesOfOnePerson(BaseThrottle):
    """Counts in the journals what they wrote, by whatever way: all processes share those, no
    restart empties them, and it costs one look at an index and no write."""

    def allow_request(self, request, view):
        if request.method in SAFE_METHODS or not request.user.is_authenticated:
            return True
        lately = Event.objects.filter(actor=request.user, at__gt=timezone.now() - WINDOW)
        return lately.count() < settings.WRITES_A_MINUTE

    def wait(self):
        return WINDOW.total_seconds()
