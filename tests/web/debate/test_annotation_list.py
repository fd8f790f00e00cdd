"""The annotations of a map: each is found by what it is, and by nobody who may not read it."""

import re

import pytest

from argmap.articles import actions as articles
from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.moderation import actions as moderation
from argmap.web.debate.annotation_list import ON_A_PAGE


@pytest.fixture
def world(public):
    return public


@pytest.fixture
def look(browse, world, parsed):
    """The ids of what a person finds, in its order."""

    def look(user, query=""):
        answer = browse(user).get(f"{world.map.get_absolute_url()}annotations/{query}")
        assert answer.status_code == 200
        ids = (each.get("id", "") for _, each in parsed(answer).elements)
        return [int(found[1]) for found in map(re.compile(r"annotation-(\d+)").match, ids) if found]

    return look


@pytest.fixture
def note(world):
    edition = world.map.article.editions.get(number=1)

    def note(author, text="A note.", *, at=None, **how):
        target = Selection(edition, *at) if at else world.node()
        return debate.annotate(author, world.map, target=target, text=text, **how)

    return note


def test_all_stand_there_the_newest_first_and_replies_too(look, note, alice, bob, simon):
    first, second = note(simon), note(bob)
    reply = debate.reply(bob, first, text="Because.")
    assert look(alice) == look(None) == [reply.pk, second.pk, first.pk]


def test_of_each_it_says_how_many_replies_stand(browse, world, note, alice, simon, bob):
    first, _ = note(simon), note(bob)
    replies = [debate.reply(bob, first, text="Because.") for _ in range(3)]
    debate.retract_annotation(bob, replies[0])
    page = browse(alice).get(f"{world.map.get_absolute_url()}annotations/").content.decode()
    assert re.findall(r"\d+ repl\w+", page) == ["2 replies"]


def test_words_chosen_in_an_older_edition_are_found_where_they_stand_in_the_newest(
    look, note, world, alice, simon
):
    """Nobody has read the newest edition since, so nobody has looked for them yet."""
    nowhere = note(simon)
    text = world.map.article.editions.get(number=1).text
    articles.add_edition(alice, world.map.article, text=f"A word before.\n\n{text}")
    late, early = note(simon, at=(60, 66)), note(simon, at=(4, 10))
    own = note(alice, at=(30, 36), visibility="private")
    assert look(None, "?anchor=exact") == [early.pk, late.pk]
    assert look(alice, "?anchor=exact") == [own.pk, early.pk, late.pk]
    assert look(alice, "?order=place") == [early.pk, own.pk, late.pk, nowhere.pk]


def test_in_the_order_of_the_text(look, note, alice, simon, bob):
    nowhere, late, early = note(simon), note(simon, at=(60, 66)), note(simon, at=(4, 10))
    reply = debate.reply(bob, late, text="Oh.")
    assert look(alice, "?order=place") == [early.pk, late.pk, reply.pk, nowhere.pk]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?who=mine", ["private", "tagged", "asked"]),
        ("?who=private", ["private"]),
        ("?person=bob", ["assessed"]),
        ("?person=Bob", ["assessed"]),
        ("?motivation=questioning", ["asked"]),
        ("?tag=Мост", ["tagged"]),
        ("?tag=мост", []),
        ("?tag=%25", []),
        ("?anchor=exact", ["private"]),
        ("?anchor=orphaned", []),
        ("?state=open", ["assessed"]),
        ("?state=resolved", ["asked"]),
        ("?motivation=nonsense&order=up", ["private", "tagged", "assessed", "asked"]),
        ("?tag=Мост&who=mine&motivation=commenting", ["tagged"]),
    ],
)
def test_filters(look, note, simon, bob, query, names):
    found = {
        "asked": note(simon, motivation="questioning"),
        "assessed": note(bob, motivation="assessing"),
        "tagged": note(simon, tags=["Мост", "bridge"]),
        "private": note(simon, at=(4, 10), visibility="private"),
    }
    debate.resolve_annotation(simon, found["asked"])
    assert look(simon, query) == [found[name].pk for name in names]


def test_what_lost_its_words_is_found_as_orphaned(look, note, world, simon, alice):
    lost, stays = note(simon, at=(4, 24)), note(simon, at=(60, 66))
    text = world.map.article.editions.get().text
    articles.add_edition(alice, world.map.article, text=text[:4] + text[24:])
    assert look(simon, "?anchor=orphaned") == [lost.pk]
    assert look(simon, "?anchor=exact") == [stays.pk]


@pytest.mark.parametrize("query", ["", "?who=private", "?tag=secret", "?person=simon"])
def test_what_is_private_is_found_by_its_author_alone(look, note, simon, alice, mona, query):
    mine = note(simon, "zqprivate", visibility="private", tags=["secret"])
    assert look(simon, query) == [mine.pk]
    for other in (alice, mona, None):
        assert look(other, query) == []


@pytest.mark.parametrize("query", ["", "?tag=secret", "?motivation=questioning"])
def test_what_a_moderator_hid_is_found_by_whom_the_table_lets(
    look, note, simon, bob, edith, mona, query
):
    hidden = note(simon, "zqhidden", tags=["secret"], motivation="questioning")
    moderation.hide(mona, hidden, reason="Spam.")
    for reader in (simon, edith, mona):
        assert look(reader, query) == [hidden.pk]
    for other in (bob, None):
        assert look(other, query) == []


def test_of_a_hidden_article_no_words_are_quoted(browse, world, note, simon, mona):
    note(simon, at=(4, 24))
    words = world.map.article.editions.get().text[4:24]
    address = f"{world.map.get_absolute_url()}annotations/"
    assert words in browse(simon).get(address).content.decode()
    moderation.hide(mona, world.map.article, reason="Rights.")
    assert words not in browse(simon).get(address).content.decode()
    assert browse(simon).get(f"{address}?anchor=exact&order=place").status_code == 200


def test_every_one_of_many_is_reached_by_going_on(look, note, simon, alice):
    notes = [note(simon).pk for _ in range(ON_A_PAGE + 2)]
    first, rest = look(alice), look(alice, f"?after={ON_A_PAGE}")
    assert first + rest == notes[::-1]
    assert look(alice, "?after=99999999999999999999") == first


def test_a_question_is_resolved_and_opened_again(browse, world, note, look, simon, bob):
    asked = note(simon, motivation="questioning")
    address = f"{world.map.get_absolute_url()}annotations/{asked.pk}/"
    assert "Resolve</a>" in browse(simon).get(address).content.decode()
    assert "Resolve</a>" not in browse(bob).get(address).content.decode()
    assert browse(bob).post(f"{address}resolve/").status_code == 403
    browse(simon, htmx=True).post(f"{address}resolve/", {"reason": "Found it."})
    assert look(bob, "?state=resolved") == [asked.pk]
    assert browse(simon).post(f"{address}resolve/").status_code == 409
    browse(simon).post(f"{address}reopen/")
    assert look(bob, "?state=open") == [asked.pk]


def test_the_address_of_an_annotation_opens_it_at_its_words(browse, world, note, simon, bob):
    mine = note(simon, "Since when?", at=(4, 24))
    page = browse(bob).get(f"{world.map.get_absolute_url()}?annotation={mine.pk}")
    assert f'id="annotation-{mine.pk}"' in page.content.decode()
    hidden = note(simon, "zqprivate", at=(4, 24), visibility="private")
    address = f"{world.map.get_absolute_url()}?annotation={hidden.pk}"
    assert browse(bob).get(address).status_code == 404
    assert browse(bob).get(f"{world.map.get_absolute_url()}?annotation=x").status_code == 404
