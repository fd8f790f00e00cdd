"""What is sent twice is done once, where it carries a key that its sender chose.

Each form has one (the tag `once`), and a request to the API may (`Idempotency-Key`). The action
that is called under a key keeps what it made beside it, in its own transaction: whoever sends the
same in that moment waits for it to end, and whoever sends it later finds what it made. A refused
action leaves nothing, so its key is as good as new. A key is its account's own, for a day.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from .errors import Reused, Settled
from .locking import watched_wait
from .models import Change, Event, Sent

if TYPE_CHECKING:
    from .writing import Actor

KEPT = timedelta(days=1)
FIELD = "once"  # of a form
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Each write under a key forgets at most so many old ones; it adds one.
MOST_FORGOTTEN = 20

_sending: ContextVar[Sending | None] = ContextVar("sending", default=None)


@dataclass
class Sending:
    """What is being sent, and whether that was `repeated`: done already, and not done again."""

    key: str
    digest: str
    may_differ: bool
    begun: bool = False
    repeated: bool = False


def is_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text))


@contextmanager
def once(key: str, content: str, *, may_differ: bool = False) -> Iterator[Sending]:
    """Within, one action is called, which does nothing where the same was sent under this key.

    It then returns what the first made. Other `content` under the same key raises Reused; where it
    `may_differ`, as in a form, it is another sending, which the key stands for from then on.
    """
    sending = Sending(key, hashlib.sha256(content.encode()).hexdigest(), may_differ)
    token = _sending.set(sending)
    try:
        yield sending
    finally:
        _sending.reset(token)


@contextmanager
def once_of_form(request: HttpRequest) -> Iterator[None]:
    """`once`, by the key in a form that was posted; plainly, where it brings none.

    A browser shows a page again as it was, with the same key in its form. What is typed there
    then is something else; so is the same, once what it had done was changed or undone.
    """
    key = request.POST.get(FIELD, "")
    if not is_key(key):
        yield
        return
    with once(key, _content_of_form(request), may_differ=True):
        yield


def _content_of_form(request: HttpRequest) -> str:
    own = (FIELD, "csrfmiddlewaretoken")
    fields = [(name, values) for name, values in request.POST.lists() if name not in own]
    files = []
    for name, found in request.FILES.lists():
        for file in found:
            file.seek(0)  # the form has read it
            files.append((name, hashlib.sha256(file.read()).hexdigest()))
    return json.dumps([request.get_full_path(), fields, files])


def recall(actor: Actor) -> Sent | None:
    """The row of what is being sent, locked until the transaction ends; None without a key.

    Raises Repeated where it was done already, and Reused.
    """
    sending = _sending.get()
    if sending is None or not actor.is_authenticated:
        return None
    if sending.begun:
        raise RuntimeError("one action is called under a key")
    sending.begun, now = True, timezone.now()
    with watched_wait():
        sent, new = Sent.objects.select_for_update().get_or_create(
            actor=actor, key=sending.key, defaults={"digest": sending.digest, "at": now}
        )
    if not new and sent.at > now - KEPT:
        if sent.digest != sending.digest:
            if not sending.may_differ:
                raise Reused
        elif not (sending.may_differ and _is_overtaken(sent)):
            _check_not_done(sent, sending)
    sent.digest = sending.digest
    return sent


def _is_overtaken(sent: Sent) -> bool:
    """Whether what it had done was changed since; where it left no row, whether more was done."""
    if sent.object_id is None:
        return Event.objects.filter(actor=sent.actor_id, at__gt=sent.at).exists()
    named = {"object_type": sent.object_type, "object_id": sent.object_id}
    return Change.objects.filter(**named, event__at__gt=sent.at).exists()


class Repeated(Exception):
    """What is being sent was done already; it made `obj`."""

    def __init__(self, obj: models.Model | None) -> None:
        super().__init__()
        self.obj = obj


def _check_not_done(sent: Sent, sending: Sending) -> None:
    """Raises Repeated; Settled, where what it gave cannot be given again (a secret).

    What was made and is there no more (a stance taken back) may be made once more.
    """
    obj = None
    if sent.object_id is not None:
        obj = apps.get_model(sent.object_type)._default_manager.filter(pk=sent.object_id).first()
        if obj is None:
            return
    elif sent.object_type:
        raise Settled("This was done already, and its answer is given only once.")
    sending.repeated = True
    raise Repeated(obj)


def keep(sent: Sent, result: object, at: datetime) -> None:
    """Keep what the action made, and forget some of what is older than a day."""
    sent.at, sent.object_type, sent.object_id = at, "", None
    if isinstance(result, models.Model):
        sent.object_type, sent.object_id = result._meta.label_lower, result.pk
    elif result is not None:
        sent.object_type = type(result).__name__
    sent.save(update_fields=["digest", "at", "object_type", "object_id"])
    old = Sent.objects.filter(at__lte=sent.at - KEPT).order_by("at")
    # Those that somebody else is just forgetting are left to them.
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    if pks := list(free[:MOST_FORGOTTEN]):
        Sent.objects.filter(pk__in=pks).delete()
