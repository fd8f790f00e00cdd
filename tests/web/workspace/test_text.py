"""The article's text with its passages: a drawing that was brought forward is what it would be
if it were made anew, and it costs what was changed."""

import random
import re

import pytest

from argmap.articles.actions import Selection, add_edition
from argmap.debate import actions as debate
from argmap.debate.models import Annotation
from argmap.journal.reading import one_moment
from argmap.maps import actions as maps
from argmap.maps.models import Node, get_map
from argmap.moderation import actions as moderation
from argmap.web.workspace import live, text
from argmap.web.workspace.cards import paragraphs_of
from argmap.web.workspace.marks import MOST_NAMED
from argmap.web.workspace.panes import shown_to
from argmap.web.workspace.text import MOST_BARS, drawing_of


@pytest.fixture
def world(public):
    return public


@pytest.fixture
def map(public):
    return public.map


@pytest.fixture
def draw(alice, map):
    """What a page of the map draws now."""

    def draw():
        with one_moment():
            now = get_map(alice, map.slug)
            return drawing_of(now, now.article.editions.get(number=1))

    return draw


@pytest.fixture
def words(map):
    edition = map.article.editions.first()
    return lambda start, end: Selection(edition, start, end)


ACTS = {}


def act(write):
    ACTS[write.__name__] = write
    return write


@act
def add_a_node_on_words(world, dice, words):
    kind = dice.choice(["claim", "evidence"])
    maps.add_node(world.bob, world.map, kind=kind, text="New.", selection=words(dice))


@act
def annotate_words(world, dice, words):
    debate.annotate(world.simon, world.map, target=words(dice), text="Here.")


@act
def oppose_a_node(world, dice, words):
    maps.add_node(
        world.bob, world.map, kind="counterpoint", text="No.", target=a_node(world, dice),
        relation="opposes", selection=words(dice),
    )  # fmt: skip


@act
def dispute_a_node(world, dice, words):
    debate.open_dispute(
        world.simon, world.map, target=a_node(world, dice), ground="outdated", statement="Over."
    )


@act
def retract_a_node(world, dice, words):
    maps.retract_node(world.edith, a_node(world, dice))


@act
def hide_a_node(world, dice, words):
    moderation.hide(world.mona, a_node(world, dice), reason="Spam.")


@act
def retract_an_annotation(world, dice, words):
    annotations = Annotation.objects.for_all().filter(map=world.map, passage__isnull=False)
    if annotation := annotations.order_by("pk").last():
        debate.retract_annotation(world.simon, annotation)


@act
def place_a_passage(world, dice, words):
    node = Node.objects.filter(map=world.map, passages__isnull=False).order_by("pk").last()
    if node:
        chosen = words(dice)
        place = {"edition": chosen.edition, "start": chosen.start, "end": chosen.end}
        maps.place_passage(world.edith, world.map, node.passages.first(), **place)


@act
def place_an_annotation(world, dice, words):
    annotations = Annotation.objects.for_all().filter(map=world.map, passage__isnull=False)
    if annotation := annotations.order_by("pk").last():
        chosen = words(dice)
        place = {"edition": chosen.edition, "start": chosen.start, "end": chosen.end}
        debate.place_annotation(world.edith, annotation, **place)


@act
def merge_two_nodes(world, dice, words):
    keep, merge = a_node(world, dice), a_node(world, dice)
    if keep != merge:
        debate.merge_nodes(world.edith, world.map, keep=keep, merge=merge)


def a_node(world, dice):
    standing = Node.objects.filter(map=world.map, retracted_at=None, hidden_at=None)
    return dice.choice(list(standing.order_by("pk")))


@pytest.mark.parametrize("seed", range(3))
def test_a_text_brought_forward_is_what_it_would_be_if_read_whole(
    world, words, draw, empty_caches, seed
):
    dice = random.Random(seed)

    def some_words(dice):
        start = dice.randrange(0, 150)
        return words(start, start + dice.randrange(3, 90))

    for _ in range(6):
        world.node(selection=some_words(dice))
    draw()
    for name in dice.choices(sorted(ACTS), k=12):
        ACTS[name](world, dice, some_words)
        brought_forward = draw()
        empty_caches()
        whole = draw()
        assert brought_forward.drawn == whole.drawn, name
        assert brought_forward.heat == whole.heat, name
        assert brought_forward.marks.tolist() == whole.marks.tolist(), name


@pytest.mark.parametrize("seed", range(3))
def test_whoever_follows_the_map_hears_of_every_paragraph_that_changed(
    world, words, draw, alice, seed
):
    dice = random.Random(seed)

    def some_words(dice):
        start = dice.randrange(0, 190)
        return words(start, start + dice.randrange(3, 30))

    for _ in range(10):
        world.node(selection=some_words(dice))
        debate.annotate(world.simon, world.map, target=some_words(dice), text="Here.")
    for name in dice.choices(sorted(ACTS), k=20):
        before = draw()
        ACTS[name](world, dice, some_words)
        now, after = get_map(alice, world.map.slug), draw()
        names, _ = live.news(shown_to(alice, now), before.seq)
        parts = zip(paragraphs_of(after.edition), before.drawn, after.drawn, strict=True)
        changed = {f"paragraph-{part.number}" for part, old, new in parts if old != new}
        assert changed <= set(names), name


def test_only_the_paragraphs_in_which_something_changed_are_drawn_anew(
    world, words, draw, monkeypatch
):
    node = world.node(selection=words(4, 24))
    draw()
    drawn, html = [], text._paragraph_html

    def paragraph_html(address, edition, part, marks, own=False):
        drawn.append(part.number)
        return html(address, edition, part, marks, own)

    monkeypatch.setattr(text, "_paragraph_html", paragraph_html)
    world.node(selection=words(100, 120))
    draw()
    assert drawn == [2]
    debate.annotate(world.simon, world.map, target=node, text="Why?")
    draw()
    assert drawn == [2]


def test_words_on_which_many_nodes_rest_name_the_first_and_tell_the_doubt_in_all(
    world, words, draw
):
    nodes = [world.node(selection=words(4, 24)) for _ in range(MOST_NAMED + 3)]
    debate.open_dispute(
        world.simon, world.map, target=nodes[-1], ground="outdated", statement="It is over."
    )
    drawing = draw()
    link = re.search('class="passage (\\w+)".*?data-nodes="([^"]*)"', drawing.drawn[0])
    assert link.group(1) == "disputed"
    assert link.group(2).split() == [str(node.number) for node in nodes[:MOST_NAMED]]
    named_by_bars = re.findall('data-nodes="([^"]*)"', drawing.heat)
    assert [len(found.split()) for found in named_by_bars] == [MOST_NAMED]


def test_the_heat_strip_has_a_bar_where_the_words_of_a_node_are(world, words, draw):
    world.node(selection=words(0, 1))
    drawing = draw()
    length = len(drawing.edition.text)
    [bar] = re.findall("<rect[^>]*>", drawing.heat)
    height = float(re.search('height="([\\d.]+)%"', bar).group(1))
    assert 'y="0.0%"' in bar
    assert height == pytest.approx(100 / length, abs=100 / MOST_BARS)


def test_ones_own_marks_are_kept_for_oneself(browse, world, simon, victor):
    """Both have written as much, so that their accounts' journals stand at the same `seq`."""
    address, notes = world.map.get_absolute_url(), {}
    edition = world.map.article.editions.get()
    for user, start in ((simon, 0), (victor, 20)):
        notes[user] = debate.annotate(
            user,
            world.map,
            target=Selection(edition, start, start + 10),
            text="Mine.",
            visibility="private",
        )
    for user, other in ((simon, victor), (victor, simon)):
        page = browse(user).get(address).content.decode()
        assert f'data-annotations="{notes[user].pk}"' in page
        assert f'data-annotations="{notes[other].pk}"' not in page


def test_ones_own_marks_stand_in_each_edition_where_the_words_are(browse, world, victor, alice):
    """Without any Event between: who reads two editions in turn has two keys."""
    article, address = world.map.article, world.map.get_absolute_url()
    first = article.editions.get()
    mine = debate.annotate(
        victor, world.map, target=Selection(first, 0, 10), text="Mine.", visibility="private"
    )
    words = first.text[:10]
    add_edition(alice, article, text=f"What was added before all that.\n\n{first.text}")
    mark = re.compile(rf'<a [^>]*data-annotations="{mine.pk}"[^>]*>(.*?)</a>')
    for edition in (1, 2, 1):
        page = browse(victor).get(f"{address}?edition={edition}").content.decode()
        assert "".join(mark.findall(page)) == words, edition
