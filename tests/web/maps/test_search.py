"""The page that finds words in all maps that one may see, or in one of them."""

import html
import re

import pytest

from argmap.debate import actions as debate
from argmap.maps import actions
from argmap.moderation.actions import hide

PEOPLE = ["visitor", "charlie", "mona", "victor", "simon", "bob", "edith", "alice"]


@pytest.fixture
def people(request):
    return {name: None if name == "visitor" else request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def search(browse):
    """The page for these words, of all maps or of one."""

    def search(words, user=None, map=None, *, htmx=False, **more):
        address = f"{map.get_absolute_url()}search/" if map else "/search/"
        answer = browse(user, htmx=htmx).get(address, {"q": words, **more})
        return answer.content.decode() if answer.status_code == 200 else answer.status_code

    return search


def text_of(page):
    """What one reads of the results, without what one typed."""
    section = page.split('<section id="found"')[-1].split("</section>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", section)))


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_each_kind_leads_to_its_own_page_with_the_words_marked(search, world):
    base = world.map.get_absolute_url()
    for word, address in {
        "zqnodetext": world.node.get_absolute_url(),
        "zqnodedetail": world.node.get_absolute_url(),
        "zqcitation": world.node.get_absolute_url(),
        "zqnotetext": f"{base}annotations/{world.annotation.pk}/",
        "zqstatement": world.dispute.get_absolute_url(),
        "zqanswer": world.dispute.get_absolute_url(),
        "piers": base,
    }.items():
        for map in (None, world.map):
            page = search(word, map=map)
            assert f'href="{address}"' in page, word
            assert f"<mark>{word}</mark>" in page, word
            assert ">1</span>" in page


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_no_page_tells_a_hidden_word_or_that_it_is_there(search, world, people, mona):
    """Whoever asks for it, for a word beside it, for a beginning of it or misspells it."""
    for thing in (world.node, world.annotation, world.dispute, world.map.article):
        hide(mona, thing, reason="Spam.")
    hidden = [*world.words["node"], *world.words["annotation"], *world.words["dispute"], "piers"]
    hidden.append("zqprivate")
    for name, person in people.items():
        for map in (None, world.map):
            for word in hidden:
                if (word, name) == ("zqprivate", "bob"):
                    continue
                for asked in (word, f"{word[:-1]}y", word[:5], f"{word} the"):
                    for htmx in (False, True):
                        told = text_of(search(asked, person, map, htmx=htmx))
                        assert not any(each in told for each in hidden if each != "zqprivate"), told
                        assert "zqprivate" not in told or name == "bob"
                assert "has all of these words" in text_of(search(word, person, map)), (name, word)


@pytest.mark.parametrize("who", ["visitor", "charlie", "mona"])
def test_nothing_of_a_private_map_is_found_or_counted(search, world, people, who):
    for word in ("the", "bridge", "town", "zqnodetext", "zqnotetext", "zqstatement", "piers"):
        page = search(word, people[who])
        assert "has all of these words" in text_of(page), word
        assert world.map.slug not in page
        assert search(word, people[who], world.map) == 404


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_private_annotation_says_so_to_its_author(search, world, bob, alice):
    page = search("zqprivate", bob)
    assert "only you" in page
    assert "<mark>zqprivate</mark>" in page
    assert "only you" not in search("zqprivate", alice)


@pytest.mark.parametrize(
    "words",
    ["", " ", "!!!", "🌉", "\x00", '"', "a AND", "NEAR(", "* ^ -", "a:b", "'; --", "\\", "%",
     "x" * 10_000, "x " * 10_000, "שלום", "a" * 300, "<script>"],
)  # fmt: skip
@pytest.mark.parametrize("htmx", [False, True])
def test_whatever_is_typed_has_an_answer(search, world, bob, words, htmx):
    for more in ({}, {"kind": "node"}, {"kind": "x'"}, {"page": "-1"}, {"page": "9" * 30}):
        for map in (None, world.map):
            page = search(words, bob, map, htmx=htmx, **more)
            assert "<script>" not in page.split("<main")[-1]


def test_words_are_shown_as_they_are_written(search, map, new_node, bob):
    new_node(map, text="A <b>bridge</b> & more.", detail="See *the* `quay` <i>there</i>.")
    page = search("bridge", bob)
    assert "A &lt;b&gt;<mark>bridge</mark>&lt;/b&gt; &amp; more." in page
    assert "See the <mark>quay</mark> &lt;i&gt;there&lt;/i&gt;." in search("quay", bob)


def test_one_goes_on_by_kind_by_page_and_into_a_map(search, map, new_map, new_node, bob, parsed):
    other = new_map(title="Another")
    for number in range(25):
        node = new_node(map, text=f"A quay {number}.")
    new_node(other, text="A quay there.")
    debate.annotate(bob, map, target=node, text="Which quay?")
    page = search("quay", bob)
    assert "/search/?q=quay" in page
    assert "?q=quay&amp;kind=annotation" in page
    assert "1–20 of 27" in page
    assert "?q=quay&amp;page=2" in page
    assert f'href="{other.get_absolute_url()}search/?q=quay"' in page
    assert "21–27 of 27" in search("quay", bob, page=2)
    notes = search("quay", bob, kind="annotation")
    assert notes.count("<mark>") == 1
    assert 'kind=annotation" aria-current="true"' in notes
    assert "A <mark>quay</mark> there" not in search("quay", bob, map)


def test_words_that_are_nearly_the_same_are_said_to_be(search, map, new_node, bob):
    new_node(map, text="Lukashenko signs.")
    assert "nearly the same" in search("Lukashenka", bob)
    assert "nearly the same" not in search("Lukashenko", bob)
    assert "nearly the same" not in search("Somebody", bob)


def test_of_a_map_whose_title_is_hidden_no_search_tells_it(search, world, new_map, victor, mona):
    map = new_map("public", title="Zqhiddentitle")
    hide(mona, map, reason="Spam.")
    for words in ("zqhiddentitle", "bridge", "piers"):
        told = search(words, victor).split('<section id="found"')[1]
        assert "Zqhiddentitle" not in told
        assert map.slug not in told


def test_as_one_types_a_part_comes_and_has_its_address(browse, map, new_node, bob):
    new_node(map, text="A quay.")
    answer = browse(bob, htmx=True).get(f"{map.get_absolute_url()}search/", {"q": "qua"})
    assert answer.headers["HX-Replace-Url"] == f"{map.get_absolute_url()}search/?q=qua"
    page = answer.content.decode()
    assert "<html" not in page
    assert '<hx-partial id="found-count">1 found</hx-partial>' in page
    assert "HX-Request" in answer.headers["Vary"]


def test_finding_a_statement_leads_on_to_all_that_is_there(browse, map, new_node, bob):
    new_node(map, text="A quay.")
    page = browse(bob).get(f"{map.get_absolute_url()}find/?q=quay").content.decode()
    assert f'href="{map.get_absolute_url()}search/?q=quay"' in page


@pytest.mark.parametrize("path", ["/", "/search/"])
def test_everybody_searches_from_every_page(browse, path, world):
    page = browse().get(path).content.decode()
    assert page.count('role="search"') >= 1
    assert ('action="/search/"' in page) == (path == "/")


def test_it_asks_the_database_no_more_where_more_is_found(
    browse, world, bob, new_node, django_assert_max_num_queries
):
    client = browse(bob)
    for number in range(30):
        node = new_node(world.map, text=f"A zqnotetext quay {number}")
        debate.annotate(bob, world.map, target=node, text=f"The quay zqnotetext {number}")
    client.get("/search/?q=quay")
    for address, most in (
        ("/search/?q=quay", 14),
        (f"{world.map.get_absolute_url()}search/?q=quay", 13),
    ):
        with django_assert_max_num_queries(most):
            client.get(address)


def test_a_role_that_was_taken_away_is_no_reach(search, world, alice, victor):
    assert "zqnodetext" in search("zqnodetext", victor).split('<section id="found"')[1]
    actions.set_role(alice, world.map, victor, None)
    assert "has all of these words" in text_of(search("zqnodetext", victor))
