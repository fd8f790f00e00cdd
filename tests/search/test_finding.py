"""Everybody finds what they may read, and nobody anything else."""

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.accounts.models import Team
from argmap.accounts.permissions import Role
from argmap.articles.actions import add_edition, edit_article
from argmap.debate import actions as debate
from argmap.journal.errors import Gone
from argmap.maps import actions as maps
from argmap.maps.models import Map
from argmap.moderation.actions import hide, restore
from argmap.search import finding
from argmap.search.finding import MODELS

PEOPLE = ["visitor", "charlie", "mona", "victor", "simon", "bob", "edith", "alice"]


@pytest.fixture
def people(request):
    return {name: None if name == "visitor" else request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def full(new_map, new_node, alice, bob, simon, edith):
    """full(visibility): by kind, a map's things, each with a word that stands nowhere else; its
    word is the kind's name with `zq` before."""

    def full(visibility="private"):
        map = new_map(visibility, title="Of zqarticle", text="Words of zqtext stand here.\n")
        map = maps.edit_map(alice, map, title="Of zqmap", question="Is zqquestion?")
        node = new_node(
            map, "claim", "The zqnode.", detail="At *length* zqdetail.",
            citations=[{"title": "A zqsource", "quote": "Its zqquote", "locator": "p. 5"}],
        )  # fmt: skip
        annotation = debate.annotate(
            simon, map, target=node, text="My zqannotation", tags=["zqtag"]
        )
        dispute = debate.open_dispute(
            simon, map, target=node, ground="unsupported", statement="Why zqdispute?"
        )
        dispute = debate.answer_dispute(bob, dispute, answer="Since zqanswer.")
        private = debate.annotate(
            bob, map, target=node, text="Mine: zqprivate", visibility="private"
        )
        article = map.article
        return {
            "map": map, "article": article, "node": node, "annotation": annotation,
            "dispute": dispute, "private": private,
        }  # fmt: skip

    return full


WORDS = {
    "map": ["zqmap", "zqquestion"],
    "article": ["zqarticle", "zqtext"],
    "node": ["zqnode", "zqdetail", "zqsource", "zqquote"],
    "annotation": ["zqannotation", "zqtag"],
    "dispute": ["zqdispute", "zqanswer"],
}
ALL = [(kind, word) for kind, words in WORDS.items() for word in words]


@pytest.fixture
def finders(find, people):
    """finders(word, map): the names of those who find it across all maps, and in this one. A word
    that is nearly the same shows nobody more."""

    def finders(word, map=None):
        found = set()
        for name, person in people.items():
            for where in (None, map) if map else (None,):
                for asked in (word, f"{word[:-1]}x"):
                    try:
                        if find(person, asked, where):
                            found.add(name)
                    except Gone:
                        assert where is not None
        return found

    return finders


MEMBERS = {"victor", "simon", "bob", "edith", "alice"}


@pytest.mark.parametrize(
    ("visibility", "who"),
    [("private", MEMBERS), ("unlisted", MEMBERS), ("public", set(PEOPLE))],
)
def test_the_words_of_a_map_are_found_by_those_who_find_the_map(
    full, find, people, visibility, who
):
    world = full(visibility)
    for kind, word in ALL:
        for name, person in people.items():
            expected = [(kind, world[kind].pk)] if name in who else []
            assert find(person, word) == expected, (name, word)
            if name in who or visibility == "unlisted":
                assert find(person, word, world["map"]) == [(kind, world[kind].pk)], (name, word)
    for name, person in people.items():
        expected = [("annotation", world["private"].pk)] if name == "bob" else []
        assert find(person, "zqprivate") == expected, name
        if name in who:
            assert find(person, "zqprivate", world["map"]) == expected, name


@pytest.mark.parametrize("kind", MODELS)
def test_what_a_moderator_hid_is_found_by_nobody_until_it_is_shown_again(
    full, finders, mona, in_step, kind
):
    world = full("public")
    thing = world[kind]
    hide(mona, thing, reason="Spam.")
    for word in WORDS[kind]:
        assert finders(word, world["map"]) == set(), word
    assert in_step()
    restore(mona, type(thing).objects.get(pk=thing.pk), reason="A mistake.")
    for word in WORDS[kind]:
        assert finders(word) == set(PEOPLE), word
    assert in_step()


@pytest.mark.parametrize(
    ("kind", "retract", "take_back"),
    [
        ("node", maps.retract_node, maps.restore_node),
        ("annotation", debate.retract_annotation, debate.restore_annotation),
    ],
)
def test_what_was_retracted_is_found_by_nobody_until_it_is_restored(
    full, finders, bob, simon, in_step, kind, retract, take_back
):
    world = full("public")
    author = bob if kind == "node" else simon
    thing = retract(author, world[kind])
    for word in WORDS[kind]:
        assert finders(word, world["map"]) == set(), word
    take_back(author, thing)
    assert finders(WORDS[kind][0]) == set(PEOPLE)
    assert in_step()


def test_nothing_in_a_hidden_map_is_found_among_all_maps(full, find, people, mona):
    world = full("public")
    hide(mona, world["map"], reason="Spam.")
    for _, word in ALL:
        for person in people.values():
            assert find(person, word) == [], (word, person)
    assert find(people["victor"], "zqnode", world["map"]) == [("node", world["node"].pk)]
    assert find(people["victor"], "zqmap", world["map"]) == []


def test_what_became_narrower_is_found_by_fewer_at_once(full, finders, alice):
    world = full("public")
    maps.set_visibility(alice, world["map"], "private")
    for _, word in ALL:
        if word not in WORDS["article"]:
            assert finders(word) == MEMBERS, word
    maps.set_article_visibility(alice, world["article"], "private")
    for _, word in ALL:
        assert finders(word) == MEMBERS, word


def test_who_is_removed_finds_nothing_from_then_on(full, find, alice, bob, victor):
    world = full()
    maps.set_role(alice, world["map"], victor, None)
    maps.set_role(alice, world["map"], bob, None)
    for _, word in ALL:
        assert find(victor, word) == []
    assert find(bob, "zqprivate") == []


def test_an_article_is_found_through_any_map_in_which_one_reads_it(full, find, new_map, alice, bob):
    world = full()
    other = maps.begin_map(alice, title="Another", article=world["article"])
    maps.set_role(alice, world["map"], bob, None)
    assert find(bob, "zqtext") == []
    maps.set_role(alice, other, bob, Role.VIEWER)
    assert find(bob, "zqtext") == [("article", world["article"].pk)]
    [hit] = finding.search(bob, "zqtext").hits
    assert hit.map == other
    assert hit.address == other.get_absolute_url()


def test_a_team_finds_what_is_in_its_maps(full, find, charlie, mona):
    world = full()
    team = Team.objects.create(name="Team", slug="team", created_at=world["map"].created_at)
    team.members.create(user=charlie, role=Role.VIEWER)
    Map.objects.filter(pk=world["map"].pk).update(team=team)
    assert find(charlie, "zqnode") == []
    Map.objects.filter(pk=world["map"].pk).update(visibility="team")
    assert find(charlie, "zqnode") == [("node", world["node"].pk)]
    assert find(mona, "zqnode") == []


def test_what_was_edited_is_found_by_its_new_words_alone(full, find, bob, simon, alice, in_step):
    world = full()
    maps.edit_node(
        bob,
        world["node"],
        version=1,
        text="Now brandnew.",
        detail="",
        citations=[{"title": "brandbook"}],
    )
    debate.edit_annotation(
        simon, world["annotation"], version=1, text="Now leafnote.", tags=["brandtag"]
    )
    edit_article(alice, world["article"], title="Now brandtitle")
    add_edition(alice, world["article"], text="The second has brandsecond.\n")
    for word in ("zqnode", "zqdetail", "zqsource", "zqquote", "zqannotation", "zqtag", "zqarticle",
                 "zqtext"):  # fmt: skip
        assert not find(bob, word), word
    for word in ("brandnew", "brandbook", "leafnote", "brandtag", "brandtitle", "brandsecond"):
        assert len(find(bob, word)) == 1, word
    assert in_step()


def test_merged_statements_are_found_as_the_one_that_is_left(full, find, new_node, edith, in_step):
    world = full()
    other = new_node(world["map"], text="Likewise zqother.")
    debate.merge_nodes(edith, world["map"], keep=world["node"], merge=other)
    assert find(edith, "zqother") == []
    assert find(edith, "zqnode") == [("node", world["node"].pk)]
    assert in_step()


def test_all_words_must_be_there_in_one_thing_wherever_in_it(full, find, bob):
    world = full()
    node = [("node", world["node"].pk)]
    assert find(bob, "zqsource zqnode zqdetail") == node
    assert find(bob, "ZQNODE length") == node
    assert find(bob, "zqnode zqannotation") == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Lukashenko signs.", "Lukashenka"),
        ("Samorukov writes.", "samorukow"),
        ("Лукашенко подписал.", "Лукашенка"),
        ("Лукашенко подписал.", "лукашенко"),
        ("Новые санкции введены.", "санкциями"),
        ("The sanction stands.", "sanctions"),
        ("Ёлка стоит.", "ёлка"),
        ("Ёлка стоит.", "елка"),
        ("A naïve view of Łódź.", "naive łódź"),
        ("See example.org/integration-deal.", "integration"),
        ("Either/or.", "or"),
        ("It rose by 5.5-7 %.", "7"),
        ("Since 2021-11-04.", "2021"),
        ("שלום לכולם", "שלום"),
        ("Integration is slow.", "integr"),
    ],
)
def test_words_are_found_in_whatever_script_form_and_spelling(
    map, new_node, find, bob, text, asked
):
    node = new_node(map, text=text)
    new_node(map, text="Something else.")
    assert find(bob, asked) == [("node", node.pk)]


def test_a_misspelt_word_is_found_among_very_many_that_begin_alike(map, new_node, find, bob):
    ends = ["".join(letters) for letters in product("bdfgklmpstvz", "aeiou", "bdfgklmpstvz")]
    for begin in ("lano", "lanor"):
        new_node(map, detail=" ".join(f"{begin}{end}" for end in ends[:250]))
    node = new_node(map, text="Lanoreno.")
    assert find(bob, "lanorenx") == [("node", node.pk)]


@pytest.mark.parametrize(
    "text",
    ["", " ", "!!!", "🌉", "\x00", '"', "a AND", "NEAR(", "* ^ -", "words : x", "'; --", "\\", "%_",
     "':* | '", "x" * 10_000, "x " * 10_000, "{words} : zqnode", "§m1", "m1", "knode", "\ud800"],
)  # fmt: skip
def test_whatever_is_typed_is_words_and_nothing_else(full, find, bob, charlie, text):
    full()
    assert find(bob, text) == []
    assert find(charlie, text) == []


def test_words_of_a_long_text_are_found_wherever_in_it(new_map, find, bob):
    text = "\n\n".join(f"Paragraph {at} has the word zq{at:06d}." for at in range(2000))
    article = new_map(text=text).article
    for at in (0, 1, 700, 1999):
        assert find(bob, f"zq{at:06d}") == [("article", article.pk)]


def test_of_one_word_that_is_as_long_as_it_may_be_nothing_breaks(new_map, find, bob, in_step):
    new_map(text="я" * 500_000)
    assert find(bob, "яяяя")
    assert in_step()


def test_the_best_come_first(map, new_node, find, bob):
    in_detail = new_node(map, text="Something else.", detail="It has a quay under the village.")
    apart = new_node(map, text="The quay, as everyone knows who was in that old village.")
    together = new_node(map, text="The village quay.")
    expected = [("node", each.pk) for each in (together, apart, in_detail)]
    assert find(bob, "village quay") == expected


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_statement_is_found_by_its_number_before_those_that_name_it(
    map, new_node, find, bob, mona, monkeypatch
):
    named = new_node(map, text="What was promised.")
    asked = f"#{named.number}"
    naming = new_node(map, text=f"As {asked} says.")
    for words in (asked, f" {named.number} "):
        assert find(bob, words, map=map) == [("node", named.pk), ("node", naming.pk)]
    assert find(bob, asked, map=map, kind="node")[0] == ("node", named.pk)
    assert find(bob, asked, map=map, kind="annotation") == []
    assert find(bob, asked) == [("node", naming.pk)]  # in which map?
    monkeypatch.setattr(finding, "MOST", 0)
    assert find(bob, asked, map=map, kind="node") == [("node", named.pk)]
    hide(mona, named, reason="Spam.")
    for person in (None, bob, mona):
        assert ("node", named.pk) not in find(person, asked, map=map)


def test_kinds_and_maps_are_counted_of_what_one_may_read_alone(full, bob, simon, charlie):
    public, private = full("public"), full("private")
    for user, kinds, where in (
        (charlie, {"node": 1}, {public["map"]: 1}),
        (bob, {"node": 2}, {public["map"]: 1, private["map"]: 1}),
    ):
        found = finding.search(user, "zqnode")
        assert dict(found.counts) == kinds
        assert dict(found.maps) == where
    assert dict(finding.search(bob, "mine").counts) == {"annotation": 2}
    assert not finding.search(simon, "mine").counts


def test_of_very_many_one_hears_that_there_are_more_and_sees_each_kind(
    map, new_node, find, bob, monkeypatch
):
    monkeypatch.setattr(finding, "MOST", 3)
    nodes = [new_node(map, text=f"The same {number}.") for number in range(5)]
    annotation = debate.annotate(bob, map, target=nodes[0], text="The same.")
    for _ in range(4):
        new_node(map, text="The same once more.")
    found = finding.search(bob, "same")
    assert found.more
    assert found.count == 3
    assert find(bob, "same", kind="annotation") == [("annotation", annotation.pk)]


def test_who_sees_very_many_maps_finds_the_same(full, find, people, monkeypatch):
    full("public")
    world = full("private")
    known = {name: [find(person, word) for _, word in ALL] for name, person in people.items()}
    monkeypatch.setitem(finding.MOST_PLACES, connection.vendor, 0)
    for name, person in people.items():
        assert [find(person, word) for _, word in ALL] == known[name], name
        assert bool(find(person, "zqprivate")) == (name == "bob")
    assert len(find(people["bob"], "zqnode")) == 2
    assert world["node"].pk not in [pk for _, pk in find(None, "zqnode")]


def test_pages_follow_one_another(map, new_node, bob):
    nodes = {new_node(map, text=f"The same {number}.").pk for number in range(25)}
    pages = [finding.search(bob, "same", page=page).hits for page in (1, 2)]
    assert [len(hits) for hits in pages] == [20, 5]
    assert {hit.obj.pk for hits in pages for hit in hits} == nodes
    assert len(finding.search(bob, "same", page="x").hits) == 20
    assert len(finding.search(bob, "same", page=99).hits) == 5


def test_it_asks_the_database_no_more_where_more_is_found(full, new_node, bob, charlie):
    world = full("public")

    def asked(user):
        with CaptureQueriesContext(connection) as queries:
            finding.search(user, "the of my why words zq")
            finding.search(user, "zqnode")
            finding.search(user, "s")
        return len(queries)

    before = asked(bob), asked(charlie)
    for number in range(10):
        node = new_node(world["map"], text=f"The zqnode {number} s.")
        debate.annotate(bob, world["map"], target=node, text=f"My zqnode s {number}")
    full("public")
    after = asked(bob), asked(charlie)
    assert max(after) <= max(before) + 4  # a query for each kind that was not there before
