"""An ETag names all that a page of a map hangs on: where one of it differs, so does the ETag."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from argmap.maps.versions import version_of


class Person(SimpleNamespace):
    is_authenticated = True


MAP = {"pk": 1, "seq": 2, "article_seq": 3, "account_seq": 4, "site_shown_seq": 5, "sanctions": 0}
PERSON = {"pk": 6, "is_moderator": False, "is_staff": False}


def version(role=3, person=PERSON, more=(), **map):
    map = SimpleNamespace(**{"site_seq": 5} | MAP | map, role_of=lambda user: role)
    return version_of(map, Person(**person), *more)


@pytest.mark.parametrize(
    "other",
    [
        *({name: value + 10} for name, value in MAP.items()),
        {"role": 4},
        {"person": PERSON | {"pk": 7}},
        {"person": PERSON | {"is_moderator": True}},
        {"person": PERSON | {"is_staff": True}},
        {"more": ("/maps/the-bridge/",)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_it_is_another_where_one_thing_differs(other):
    assert version() == version()
    assert version(**other) != version()


def test_what_moderators_alone_see_makes_it_another_for_them_and_for_nobody_else():
    moderator = PERSON | {"is_moderator": True}
    assert version(site_seq=7) == version()
    assert version(person=moderator, site_seq=7) != version(person=moderator)


def test_it_is_another_in_another_language():
    english = version()
    with translation.override("ru"):
        assert version() != english


def test_it_is_another_in_another_release(settings):
    before = version()
    settings.RELEASE += "1"
    assert version() != before


def test_of_two_parts_none_runs_into_the_next():
    assert version(seq=1, article_seq=12) != version(seq=11, article_seq=2)
