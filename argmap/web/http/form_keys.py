"""The key of a form: however often it is sent, it makes one thing; and it knows for whom it was.

A form may be left open in a browser that somebody else uses next. Whose it was cannot be read from
the key, only whether a person is the one.
"""

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

_LENGTH = 32  # of each half; `journal/once.py` takes 64 in all


def new_key(user):
    chosen = secrets.token_hex(_LENGTH // 2)
    return chosen + _mark(chosen, user)


def is_for(key, user):
    """Whether a form with this key was made for this person."""
    return constant_time_compare(key[_LENGTH:], _mark(key[:_LENGTH], user))


def _mark(chosen, user):
    mark = salted_hmac("argmap.form", f"{chosen}:{user.pk}", algorithm="sha256")
    return mark.hexdigest()[:_LENGTH]
