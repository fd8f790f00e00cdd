"""What is kept of a page for all readers of a class is without what one of them keeps to
themselves; and they do not lose it because somebody else read first."""

import pytest

from argmap.debate.actions import annotate


@pytest.fixture
def node(public):
    return public.node()


@pytest.fixture
def read(browse):
    """The page of a statement, as somebody reads it."""
    return lambda user, node: browse(user).get(node.get_absolute_url()).content.decode()


def note(user, node, text):
    annotate(user, node.map, target=node, text=text, visibility="private")


def test_what_one_writes_for_oneself_is_there_at_once(read, node, charlie):
    read(charlie, node)
    note(charlie, node, "zqmine")
    assert "zqmine" in read(charlie, node)
    note(charlie, node, "zqmore")
    assert "zqmore" in read(charlie, node)


def test_who_reads_before_neither_shows_nor_takes_what_one_keeps_to_oneself(
    read, node, new_map, new_node, charlie, victor
):
    """They may do the same here, and their accounts' journals stand at the same `seq`."""
    note(victor, new_node(new_map("public"), "thesis", "Elsewhere."), "zqtheirs")
    note(charlie, node, "zqmine")
    for user, mine in ((victor, False), (charlie, True), (victor, False), (charlie, True)):
        page = read(user, node)
        assert ("zqmine" in page) == mine, user
        assert "zqtheirs" not in page


def test_what_one_keeps_to_oneself_is_shown_whichever_map_one_read_before(
    read, node, new_map, new_node, charlie, victor
):
    elsewhere = new_node(new_map("public"), "thesis", "Elsewhere.")
    note(charlie, node, "zqmine")
    assert "zqmine" not in read(victor, node)
    assert "zqmine" not in read(charlie, elsewhere)
    assert "zqmine" in read(charlie, node)
