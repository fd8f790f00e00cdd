"""The words of what a moderator hid, wherever they could stand."""

import pytest

from argmap.moderation.actions import hide, restore

#: Of each thing, what still stands in an answer when its words are withheld.
KINDS = ("node", "link", "annotation", "dispute")


def everything(client, map):
    """All that the API says of a map, as one text."""
    parts = ("", "article/", "nodes/", "links/", "annotations/", "disputes/")
    return "".join(client.get(f"maps/{map.slug}/{part}").content.decode() for part in parts)


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_words_are_withheld_from_readers_in_every_answer(
    api, full_map, address, victor, charlie, mona, kind
):
    map, rows = full_map
    seen = api(charlie).get(address(map, rows[kind])).data
    hide(mona, rows[kind], reason="Spam.")
    for user in (None, victor, charlie):
        client = api(user)
        shown = client.get(address(map, rows[kind])).data
        assert shown["hidden"] is True
        assert "ecret" not in str(shown)
        assert any(shown[name] is None and seen[name] is not None for name in shown)
        listed = client.get(f"maps/{map.slug}/{kind}s/").data["results"]
        assert shown in listed
        everywhere = everything(client, map)
        for words in words_of(seen):
            assert words not in everywhere


def words_of(shown):
    """What people wrote in an answer."""
    if isinstance(shown, dict):
        return [words for value in shown.values() for words in words_of(value)]
    if isinstance(shown, list):
        return [words for value in shown for words in words_of(value)]
    return [shown] if "ecret" in str(shown) else []


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_see_hidden_words_sees_them_marked(
    api, full_map, address, alice, edith, mona, kind
):
    map, rows = full_map
    seen = api(edith).get(address(map, rows[kind])).data
    hide(mona, rows[kind], reason="Spam.")
    author = rows[kind].author
    for user in (author, edith, alice, mona):
        assert api(user).get(address(map, rows[kind])).data == {**seen, "hidden": True}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_restored_is_read_again(api, full_map, address, charlie, mona, kind):
    map, rows = full_map
    seen = api(charlie).get(address(map, rows[kind])).data
    restore(mona, hide(mona, rows[kind], reason="Spam."), reason="It is none.")
    assert api(charlie).get(address(map, rows[kind])).data == seen


def test_words_that_someone_chose_are_withheld_with_what_they_wrote_of_them(
    api, full_map, address, charlie, mona
):
    map, rows = full_map
    for kind in ("node", "annotation"):
        hide(mona, rows[kind], reason="Spam.")
    client = api(charlie)
    assert client.get(address(map, rows["node"])).data["passages"] is None
    assert client.get(address(map, rows["annotation"])).data["target"]["passage"] is None


def test_a_reply_to_what_is_hidden_is_read_still(api, full_map, address, charlie, mona):
    map, rows = full_map
    hide(mona, rows["annotation"], reason="Spam.")
    shown = api(charlie).get(address(map, rows["reply"])).data
    assert shown["text"] == "An open reply."
    assert shown["target"]["annotation"] == rows["annotation"].pk
