"""Whether an edit changes the meaning, where nothing runs in the browser."""

import pytest

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def edit(browse, map, claim, bob):
    """Sends the edit form of the claim ("The town needs the bridge.") as it came, but for what is
    given; returns the count of its wordings, and what the page says then."""

    def edit(**typed):
        client, address = browse(bob), f"{claim.get_absolute_url()}edit/"
        form = client.get(address).context["form"]
        assert not form["changes_meaning"].value()
        said = client.post(address, form.initial | typed, follow=True).content.decode()
        claim.refresh_from_db()
        return claim.wording, said

    return edit


@pytest.mark.parametrize(
    "text",
    [
        "The town neds the bridge.",
        "The town, needs the bridge!",
        "the TOWN needs the bridge",
        "The town needs the bridges.",
    ],
)
def test_a_slip_of_the_pen_changes_no_meaning_by_itself(edit, text):
    wording, said = edit(text=text)
    assert wording == 1
    assert "Saved, with the same meaning." in said


@pytest.mark.parametrize(
    "text",
    [
        "The town needs no bridge.",
        "The town needs the new bridge.",
        "The city needs the bridge.",
        "The town needs the bridge2.",
        "The town needs.",
    ],
)
def test_other_words_change_the_meaning_by_themselves(edit, text):
    wording, said = edit(text=text)
    assert wording == 2
    assert "Saved, as a change of meaning." in said


@pytest.mark.parametrize(
    ("text", "says", "wording"),
    [("The town neds the bridge.", "yes", 2), ("The town needs no bridge.", "no", 1)],
)
def test_whoever_edits_has_the_last_word_on_the_meaning(edit, text, says, wording):
    assert edit(text=text, changes_meaning=says)[0] == wording


def test_of_an_edit_of_the_detail_nothing_is_said_about_the_meaning(edit):
    wording, said = edit(detail="More.")
    assert wording == 1
    assert "Saved." in said
