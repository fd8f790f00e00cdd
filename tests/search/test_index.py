"""What is searched stays in step with what is written, in whatever way it is written."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from argmap.articles.models import Article, Edition
from argmap.debate import actions as debate
from argmap.debate.models import Annotation, Dispute
from argmap.interchange import native
from argmap.maps.actions import add_node
from argmap.maps.models import Citation, Map, Node
from argmap.search import index
from argmap.search.index import FOLLOWED
from argmap.search.models import Entry
from argmap.transfer.actions import import_map
from argmap.transfer.example import EXAMPLE

MODELS = {each._meta.db_table: each for each in (Node, Citation, Annotation, Dispute, Article,
                                                 Edition, Map)}  # fmt: skip
COLUMNS = [(table, name) for _, table, _, columns in FOLLOWED for name in columns.split()]


@pytest.fixture
def world(map, new_node, simon):
    node = new_node(map, text="Zqfirst.", citations=[{"title": "A book"}])
    debate.annotate(simon, map, target=node, text="Why?")
    debate.open_dispute(simon, map, target=node, ground="outdated", statement="So?")
    return map


def other(model, name, world, new_map, new_node):
    """Another value for a column."""
    if name == "map_id":
        return new_map().pk
    if name == "node_id":
        return new_node(world, text="Another.").pk
    if name == "article_id":
        article = new_map().article
        article.editions.all().delete()
        return article.pk
    return {"author_id": world.memberships.first().user_id, "visibility": "private",
            "tags": ["новое"], "number": 7}.get(
        name, timezone.now() if name.endswith("_at") else "Other words."
    )  # fmt: skip


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_whatever_words_or_place_depend_on_is_followed(
    world, new_map, new_node, in_step, table, name
):
    model = MODELS[table]
    value = other(model, name, world, new_map, new_node)
    row = model.objects.filter(pk=model.objects.order_by("pk").first().pk)
    before = list(Entry.objects.order_by("pk").values_list("pk"))
    row.update(**{name: value})
    assert in_step()
    assert list(Entry.objects.order_by("pk").values_list("pk")) != before


@pytest.mark.parametrize("model", [Citation, Annotation, Dispute])
def test_what_is_gone_is_searched_no_more(world, in_step, model):
    model.objects.all().delete()
    assert in_step()


def test_what_no_word_depends_on_makes_nothing_anew(world, in_step):
    before = list(Entry.objects.order_by("pk").values())
    Node.objects.update(touched=7, open_flags=1)
    Node.objects.first().save()
    Map.objects.update(visibility="public")
    assert list(Entry.objects.order_by("pk").values()) == before
    assert in_step()


def test_a_map_that_comes_in_whole_is_found_with_all_that_is_in_it(alice, find, in_step):
    import_map(alice, native.load(EXAMPLE.read_text()), people={})
    assert in_step()
    counted = {name: Entry.objects.filter(kind=name, part=0).count() for name in index.VIEWS}
    assert counted == {
        "node": Node.objects.count(),
        "annotation": Annotation.objects.count(),
        "dispute": Dispute.objects.count(),
        "article": 1,
        "map": 1,
    }
    cited = Citation.objects.filter(title__contains="TASS").first()
    assert ("node", cited.node_id) in find(alice, f"TASS {cited.node.text}"[:60])
    add_node(alice, cited.node.map, kind="claim", text="Zqafterwards.")
    assert find(alice, "zqafterwards")
    assert in_step()


def test_what_a_migration_left_behind_is_mended_behind_it(world, find, bob, in_step):
    index.let_go(using="default", plan=["a migration"])
    Node.objects.update(text="Zqmigrated.")
    Annotation.objects.all().delete()
    index.keep_in_step(using="default")
    assert in_step()
    assert find(bob, "zqmigrated")
    assert not find(bob, "zqfirst")
    Node.objects.update(text="Zqlater.")
    assert find(bob, "zqlater")


def test_nothing_is_made_anew_where_no_migration_was_due(world):
    index.let_go(using="default", plan=[])
    before = list(Entry.objects.order_by("pk").values_list("pk"))
    index.keep_in_step(using="default")
    assert list(Entry.objects.order_by("pk").values_list("pk")) == before


def test_a_command_mends_what_is_out_of_step(world, find, bob, in_step):
    Entry.objects.filter(kind="node").delete()
    assert not find(bob, "zqfirst")
    out = io.StringIO()
    call_command("mend_search", stdout=out)
    assert out.getvalue() == "1 mended.\n"
    assert in_step()
    assert find(bob, "zqfirst")
    call_command("mend_search", stdout=out)
    assert out.getvalue().endswith("All was in step.\n")
