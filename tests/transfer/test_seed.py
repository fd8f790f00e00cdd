"""The example that `make run` brings in."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from argmap.accounts.models import User
from argmap.articles.anchoring import paragraphs
from argmap.articles.models import Placement
from argmap.debate.models import Dispute, Stance
from argmap.journal.models import Event
from argmap.maps.models import Map, get_map
from argmap.transfer.example import PASSWORD, PEOPLE


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def said(db):
    return run("seed")


@pytest.fixture
def seeded(said):
    return Map.objects.get()


def test_nothing_of_the_example_is_dropped(said):
    assert said.splitlines()[0].startswith("Seeded “")


def test_a_second_time_it_changes_nothing(seeded):
    events = Event.objects.count()
    assert "The example is there already." in run("seed")
    assert Event.objects.count() == events
    assert Map.objects.count() == 1


def test_production_is_not_seeded(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="known password"):
        run("seed")
    assert not User.objects.exists()


def test_what_broke_off_is_finished_the_next_time(db, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    with monkeypatch.context() as broken_off:
        broken_off.setattr("argmap.transfer.management.commands.seed.import_map", broken)
        with pytest.raises(RuntimeError):
            run("seed")
    run("seed")
    assert Map.objects.count() == 1
    assert User.objects.count() == len(PEOPLE)


def test_the_demo_people_can_sign_in_and_have_their_roles(seeded, client):
    for name, person in PEOPLE.items():
        assert client.login(username=name, password=PASSWORD)
        user = User.objects.get(username=name)
        assert user.is_moderator == person.is_moderator
        assert seeded.role_of(user) >= person.role


def test_anyone_may_read_it(seeded, client):
    from django.contrib.auth.models import AnonymousUser

    assert get_map(AnonymousUser(), seeded.slug) == seeded


def test_it_argues_as_richly_as_was_asked(seeded):
    kinds = Counter(seeded.nodes.values_list("kind", flat=True))
    assert kinds["thesis"] == 1
    assert kinds["claim"] >= 12
    assert kinds["evidence"] >= 12
    assert kinds["counterpoint"] >= 6
    relations = Counter(seeded.links.values_list("relation", flat=True))
    assert relations["undercuts"] >= 2
    assert relations["joins"] >= 1
    assert relations["supports"]
    assert relations["opposes"]


def test_every_evidence_is_cited(seeded):
    assert not seeded.nodes.filter(kind="evidence", citations=None).exists()


def test_every_node_but_the_thesis_bears_on_something(seeded):
    assert not seeded.nodes.exclude(kind="thesis").filter(links_out=None).exists()


def test_each_paragraph_of_the_text_has_a_passage(seeded):
    edition = seeded.article.editions.get()
    parts = paragraphs(edition.text)
    assert len(parts) == 17
    placed = Placement.objects.filter(edition=edition)
    assert all(placed.filter(start__lt=part.end, end__gt=part.start).exists() for part in parts)


def test_it_has_a_dispute_in_each_state(seeded):
    assert set(seeded.disputes.values_list("state", flat=True)) == set(Dispute.State.values)


def test_several_people_take_stances(seeded):
    people = Stance.objects.filter(map=seeded).values("user").distinct().count()
    assert people >= 3


def test_people_say_something_in_its_margin(seeded):
    assert seeded.annotations.filter(parent=None).exists()
    assert seeded.annotations.exclude(parent=None).exists()


def test_its_data_are_sound(seeded):
    assert run("check_data").startswith("All is well")
