"""The registry of kinds: a row for whatever people write, and each field of a row serves."""

import pytest
from django.apps import apps

from argmap.journal.models import Change, Contribution, Moderated
from argmap.kinds import KINDS, kind_of
from argmap.moderation.models import TARGETS, Flag
from argmap.web.workspace.about import MARGINS

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

# Of each row of the world: what the margin shows for it, and the nodes whose cards show it.
ROWS = {
    "thesis": ("thesis", ["thesis"]),
    "node": ("node", ["node", "thesis"]),
    "link": ("link", ["node", "thesis"]),
    "annotation": ("node", ["node"]),
    "reply": ("node", ["node"]),
    "passage_annotation": ("passage_annotation", []),
    "link_annotation": ("link", ["node", "thesis"]),
    "private": ("node", []),
    "dispute": ("node", ["node"]),
    "link_dispute": ("link", ["node", "thesis"]),
    "stance": ("node", ["node"]),
    "link_stance": ("link", ["node", "thesis"]),
    "suggestion": ("loose", []),
    "article": (None, []),
    "map": (None, []),
    "account": (None, []),
}


@pytest.fixture
def rows(world, bob):
    """The rows of the world by name, each read as its kind says."""
    world.article, world.account = world.map.article, bob
    return {name: read(getattr(world, name)) for name in ROWS}


def read(row):
    kind = kind_of(row)
    return kind.model.objects.select_related(*kind.related).get(pk=row.pk)


def test_whatever_people_write_has_a_row(map):
    written = {model for model in apps.get_models() if issubclass(model, Contribution | Moderated)}
    assert written <= {kind.model for kind in KINDS}


def test_no_row_is_missing_here(rows):
    assert {kind_of(row) for row in rows.values()} == set(KINDS)


def test_no_two_kinds_are_called_the_same(map):
    for words in ("name", "model", "one", "many"):
        assert len({getattr(kind, words) for kind in KINDS}) == len(KINDS)


def test_a_flag_has_a_field_for_each_that_can_be_flagged(map):
    fields = {field.name: field.related_model for field in Flag._meta.fields}
    for name, kind in TARGETS.items():
        assert fields[name] is kind.model


def test_a_row_says_all_of_it_without_another_question(rows, django_assert_num_queries):
    with django_assert_num_queries(0):
        for row in rows.values():
            kind = kind_of(row)
            for say in (kind.label, kind.address, kind.journal, kind.about, kind.quote):
                say(row)


def test_a_label_begins_with_its_word_and_gives_no_words_away(rows):
    for name, row in rows.items():
        kind = kind_of(row)
        label = kind.label(row)
        assert label.split()[0].lower() == kind.one, name
        if kind.can_be_hidden:
            texts = [getattr(row, text) for text in kind.texts]
            assert not any(text in label for text in texts if text), name


def test_an_address_leads_to_its_page(rows, browse, bob):
    client = browse(bob)
    assert not kind_of(rows["article"]).address(rows.pop("article"))
    for name, row in rows.items():
        response = client.get(kind_of(row).address(row))
        assert response.status_code == 200, name
        if name != "suggestion":  # which has no place on pages yet
            assert kind_of(row).quote(row) in response.content.decode(), name


def test_its_changes_stand_in_its_journal(rows):
    for name, row in rows.items():
        kind = kind_of(row)
        changes = Change.objects.filter(object_type=kind.object_type, object_id=row.pk)
        journals = set(changes.values_list("event__journal", flat=True))
        assert journals == ({kind.journal(row)} if name != "account" else set()), name


def test_the_margin_shows_what_it_is_about(rows, world):
    for name, (about, _) in ROWS.items():
        found = kind_of(rows[name]).about(rows[name])
        assert found == (about and getattr(world, about)), name
        assert type(found) in MARGINS, name


def test_the_cards_that_show_it(rows, world):
    for name, (_, cards) in ROWS.items():
        found = kind_of(rows[name]).cards(rows[name])
        assert set(found) == {getattr(world, card).pk for card in cards}, name
