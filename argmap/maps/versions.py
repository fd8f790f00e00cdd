"""One name for one version of what a person is shown of a map, on a page or over REST."""

import hashlib
import json

from django.conf import settings
from django.utils.http import quote_etag
from django.utils.translation import get_language

from argmap.journal.models import Journal


def version_of(map, user, *more):
    """The ETag of what is shown of a map that came from `get_map`.

    It changes by Events, and by what the person is and may do here; so these name it, with
    language, release, and what a caller adds: the address, and whatever else chooses the answer.
    """
    return _named(
        user,
        map.pk,
        map.seq,
        map.article_seq,
        map.account_seq,
        site_seq_for(map, user),
        int(map.role_of(user)),
        int(map.sanctions),
        *more,
    )


def version_of_many(user, maps, *more):
    """The ETag of a list of maps: `maps` are whatever tells each one's version and the person's
    role there, so that no other map's Event, and nobody else's, makes it another."""
    account_seq = (
        Journal.objects.filter(pk=user.journal_id).values_list("seq", flat=True).first()
        if user.is_authenticated
        else 0
    )
    names = Journal.objects.filter(kind=Journal.Kind.SITE).values_list("shown_seq", flat=True)
    measures = [each.pk for each in user.sanctions_in_force()] if user.is_authenticated else []
    return _named(user, maps, account_seq, names.first() or 0, measures, *more)


def _named(user, *parts):
    parts = [
        *parts,
        user.pk,
        user.is_authenticated and (user.is_moderator, user.is_staff),
        get_language(),
        settings.RELEASE,
    ]
    return quote_etag(hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32])


def names_a_version(request):
    """Whether the request asks for what it has, or has not; else there is no need to look first."""
    return not {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"}.isdisjoint(request.META)


def site_seq_for(map, user):
    """Up to which Event of the site's journal the person is shown what happened.

    What is reported and who is sanctioned changes pages of moderators alone; nobody else's
    versions may tell of it.
    """
    return map.site_seq if user.is_authenticated and user.is_moderator else map.site_shown_seq
