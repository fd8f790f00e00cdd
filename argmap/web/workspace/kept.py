"""Parts of pages that all readers of a class share, kept under the `seq`s of their map."""

from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches

cache = caches["pages"]


class Kept(NamedTuple):
    """A part as HTML; where the next one begins; and who wrote words in it that are hidden."""

    html: str
    next: object
    hidden_of: frozenset


def kept(map, user, which, make):
    """The part of a page that `which` names, from the cache, or as `make()` makes it.

    It may hold nothing of the reader's own. Words that a moderator hid are for their author all
    the same, so whoever wrote some that belong here gets it made anew.
    """
    moderates = user.is_authenticated and user.is_moderator
    reader = (int(map.role_of(user)), moderates, int(map.sanctions))
    version = (settings.RELEASE, map.pk, map.slug, map.seq, map.article_seq, map.site_seq)
    key = ("kept", *version, *reader, *which)
    found = cache.get(key)
    if found is None or user.pk in found.hidden_of:
        found = make()
        if user.pk not in found.hidden_of:
            cache.set(key, found)
    return found
