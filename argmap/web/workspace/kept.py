"""Parts of pages that all readers of a class share, kept under the `seq`s of their map.

They have a cache of their own: whoever walks through all pages of a map pushes out other such
parts, and not what every reader of a map needs.
"""

import re
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.middleware.csrf import get_token
from django.utils.safestring import mark_safe

from argmap.debate.models import Annotation
from argmap.maps.models import sees_article
from argmap.maps.versions import site_seq_for

from ..http.form_keys import new_key

cache = caches["parts"]

#: What stands in a kept part where each answer has a token of its own. No text holds a NUL.
TOKENS = {"csrf_token": "\0csrf\0", "once": "\0once\0"}


class Kept(NamedTuple):
    """A part as HTML; where the next one begins; and who has something of their own in it."""

    html: str
    next: object
    own_of: frozenset


def kept(map, user, which, make, *, keep=True, private=False):
    """The part of a page that `which` names, from the cache, or as `make()` makes it.

    It may differ for its readers by their class alone; but for whom it names in `own_of`, and
    where `private` says so for whoever has private annotations in the map: theirs is kept apart.
    Only what many ask for is to be kept: no page but the first.
    """
    if not keep:
        return make()
    key = ("kept", *_version(map, user), *_reader(map, user), *which)
    own_key = (*key, "own", user.pk, map.account_seq)
    if (own := cache.get(own_key)) is not None:
        return own
    found = cache.get(key)
    is_private = private and _has_private(map, user)
    if found is None or is_private or user.pk in found.own_of:
        found = make()
        cache.set(own_key if is_private or user.pk in found.own_of else key, found)
    return found


def _version(map, user):
    seqs = (map.seq, map.article_seq, site_seq_for(map, user))
    return (settings.RELEASE, map.pk, map.slug, *seqs)


def _reader(map, user):
    """The class of reader: what they may do here, and what they may read."""
    moderates = user.is_authenticated and user.is_moderator
    role = int(map.role_of(user))
    return (user.is_authenticated, role, moderates, int(map.sanctions), sees_article(user, map))


def _has_private(map, user):
    """Whether the person has annotations in the map that nobody else sees, retracted or not."""
    if not user.is_authenticated:
        return False
    own = Annotation.objects.filter(map=map, author=user, visibility="private")
    return cache.get_or_set(("private", map.pk, user.pk, map.account_seq), own.exists)


def filled(html, request):
    """A part that was rendered with TOKENS, with those of this answer: one key for each form."""
    html = html.replace(TOKENS["csrf_token"], get_token(request))
    return mark_safe(re.sub(TOKENS["once"], lambda _: new_key(request.user), html))  # noqa: S308
