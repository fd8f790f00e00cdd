"""One name for one version of what a person is shown of a map, on a page or over REST."""

import hashlib
import json

from django.conf import settings
from django.db import connection
from django.utils.http import quote_etag
from django.utils.translation import get_language

from .models import SEQS_OF_READER


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
    return _named(user, maps, *_seqs_for(user), *more)


def shown_seq():
    """Up to which Event of the site's journal everyone is shown what happened."""
    return _seqs_of(None, None)[2]


def _seqs_for(user):
    """The `seq` of their account, up to which Event of the site they are shown what happened,
    and what changes with the sanctions in force."""
    if not user.is_authenticated:
        return 0, shown_seq(), 0
    account, site, shown, sanctions = _seqs_of(user.pk, user.journal_id)
    if not sanctions:
        user.has_no_sanctions()
    return account, site if user.is_moderator else shown, int(sanctions)


def _seqs_of(user_id, account_id):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SEQS_OF_READER}", {"user": user_id, "account": account_id})
        return cursor.fetchone()


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
