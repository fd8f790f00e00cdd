"""What cannot be reported: one's own, what nobody else sees, and more than anyone can look at."""

import pytest
from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Forbidden
from argmap.debate.actions import annotate
from argmap.journal.errors import Gone
from argmap.moderation.actions import MOST_OPEN, dismiss_flags, flag
from argmap.moderation.models import Flag


@pytest.mark.parametrize("name", ["claim", "link", "annotation", "dispute", "suggestion"])
def test_nobody_reports_what_they_wrote(request, name):
    thing = request.getfixturevalue(name)
    with pytest.raises(Forbidden, match="it is your own"):
        flag(thing.author, thing, reason="spam")


@pytest.mark.parametrize("name", ["map", "article"])
def test_nobody_reports_what_they_own(request, name, alice, bob):
    thing = request.getfixturevalue(name)
    with pytest.raises(Forbidden, match="it is your own"):
        flag(alice, thing, reason="spam")
    assert flag(bob, thing, reason="spam")


def test_nor_themself(alice):
    with pytest.raises(Forbidden, match="it is your own"):
        flag(alice, alice, reason="spam")


def test_a_private_annotation_is_reported_by_nobody(map, claim, bob, alice, mona):
    annotation = annotate(bob, map, target=claim, text="Mine.", visibility="private")
    for person in (alice, mona):
        with pytest.raises((Gone, Forbidden)):
            flag(person, annotation, reason="abuse")
    with pytest.raises(Forbidden, match="it is your own"):
        flag(bob, annotation, reason="abuse")
    assert not Flag.objects.exists()


def test_a_person_has_so_many_open_reports_until_a_moderator_has_looked(
    map, alice, bob, mona, new_node
):
    nodes = [new_node(map, by=bob) for _ in range(MOST_OPEN + 1)]
    for node in nodes[:-1]:
        flag(alice, node, reason="spam")
    with pytest.raises(ValidationError, match="wait for a moderator") as caught:
        flag(alice, nodes[-1], reason="spam")
    assert list(caught.value.message_dict) == ["reason"]
    dismiss_flags(mona, nodes[0])
    assert flag(alice, nodes[-1], reason="spam")
