"""Markdown is rendered when it is written; whoever reads it has no need to wait for that."""

import pytest

from argmap.debate import actions as debate
from argmap.debate.models import Annotation, Dispute
from argmap.journal.markdown import render, render_rows
from argmap.maps import actions as maps
from argmap.maps.models import Node
from argmap.moderation.actions import hide

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def written(map, new_node, bob, simon, edith):
    """A node with what was said of it, each in words of its own."""
    node = new_node(map, text="The deck sags.", detail="It *sags*.")
    first = debate.annotate(simon, map, target=node, text="Since *when*?")
    debate.reply(bob, first, text="Since *March*.")
    dispute = debate.open_dispute(
        simon, map, target=node, ground="outdated", statement="It *was* mended."
    )
    debate.answer_dispute(bob, dispute, answer="Only *half* of it.")
    debate.decide_dispute(edith, dispute, upheld=False, decision="*Half* will not do.")
    return node


PIECES = ["It <em>sags</em>", "<em>when</em>", "<em>March</em>", "It <em>was</em> mended"]
PIECES += ["<em>half</em>", "<em>Half</em>"]


@pytest.fixture
def read(browse, empty_caches):
    def read(node, user=None):
        empty_caches()
        response = browse(user).get(node.get_absolute_url())
        assert response.status_code == 200
        return response.content.decode()

    return read


def no_more(text):
    raise AssertionError(f"{text!r} was rendered once more")


def test_a_page_with_written_texts_renders_none_of_them(written, read, monkeypatch):
    monkeypatch.setattr("argmap.journal.markdown.render", no_more)
    page = read(written)
    assert [piece for piece in PIECES if piece not in page] == []


def test_what_is_saved_under_the_lock_was_rendered_before(
    map, claim, bob, monkeypatch, empty_caches
):
    empty_caches()
    take, taken, rendered = maps.nodes.take, [], []
    monkeypatch.setattr(maps.nodes, "take", lambda *a, **k: taken.append(1) or take(*a, **k))
    monkeypatch.setattr(
        "argmap.journal.markdown.render", lambda text: rendered.append(bool(taken)) or render(text)
    )
    maps.edit_node(bob, claim, version=1, detail="Of *oak*.")
    assert rendered == [False]


def test_an_edit_takes_its_place(written, read, bob):
    maps.edit_node(bob, written, version=1, detail="It **creaks**.")
    page = read(written)
    assert "<strong>creaks</strong>" in page
    assert "<em>sags</em>" not in page


def test_a_row_that_came_without_is_read_all_the_same(written, read):
    for model in (Node, Annotation, Dispute):
        model.objects.update(**dict.fromkeys(model.html_fields(), ""))
    page = read(written)
    assert [piece for piece in PIECES if piece not in page] == []


def test_and_a_migration_renders_it(written, read, monkeypatch):
    for model in (Node, Annotation, Dispute):
        model.objects.update(**dict.fromkeys(model.html_fields(), ""))
        render_rows(model, *model.prose)
    monkeypatch.setattr("argmap.journal.markdown.render", no_more)
    assert "<em>March</em>" in read(written)


def test_what_is_hidden_is_withheld_as_html_too(written, read, mona):
    for each in (written, written.annotations.get(), written.disputes.get()):
        hide(mona, each, reason="Spam.")
    page = read(written)
    assert [piece for piece in PIECES if piece in page] == ["<em>March</em>"]


def test_moderators_find_no_second_copy_of_it_in_the_admin(written, browse, mona):
    page = browse(mona).get(f"/admin/debate/dispute/{written.disputes.get().pk}/change/")
    assert "mended" in page.content.decode()
    assert "<em>was" not in page.content.decode()
    assert "&lt;em&gt;was" not in page.content.decode()


def test_no_change_tells_of_it(written, map):
    texts = map.journal.events.values_list("changes__text", flat=True)
    assert not [text for text in texts if "_html" in text]


def test_words_that_are_erased_are_erased_there_too(written):
    written.detail = ""
    written.save(update_fields=["detail"])
    assert Node.objects.get(pk=written.pk).detail_html == ""


@pytest.mark.parametrize("page", ["nodes/2/", "?node=2", "annotations/"])
def test_a_node_that_is_named_is_one_of_the_map_on_whatever_page(map, claim, simon, browse, page):
    debate.annotate(simon, map, target=claim, text="See #1.")
    shown = browse().get(f"{map.get_absolute_url()}{page}").content.decode()
    assert f'<a href="{map.get_absolute_url()}?node=1" rel="nofollow noopener ugc">#1</a>' in shown


def test_what_looks_like_such_a_link_is_told_as_it_was_written(browse, map, bob, new_node):
    """The quotation marks of a text are no entities in HTML: only what begins a tag is one."""
    node = new_node(map, text="The deck sags.", detail='As in `href="?node=1"`, and #1.')
    shown = browse(bob).get(f"{map.get_absolute_url()}nodes/{node.number}/").content.decode()
    assert '<code>href="?node=1"</code>' in shown
    assert f'<a href="{map.get_absolute_url()}?node=1"' in shown


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("word " * 60, "word…</p>"),
        (f"*{'word ' * 60}end*", "word word…</em></p>"),
        ("x" * 300, f"{'x' * 159}…</p>"),
        ("It ends with dots…", "It ends with dots…</p>"),
    ],
)
def test_the_beginning_of_what_was_said_ends_with_a_whole_word(
    browse, map, claim, simon, statement, shown
):
    debate.open_dispute(simon, map, target=claim, ground="outdated", statement=statement)
    page = browse().get(f"{map.get_absolute_url()}disputes/").content.decode()
    assert shown in page.split('class="excerpt prose">')[1].split("</div>")[0]
