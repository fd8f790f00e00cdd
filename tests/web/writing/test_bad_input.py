"""Whatever is sent: a sentence that says what is wrong with it, nothing written, never a 500."""

import pytest

from argmap.maps.actions import edit_node
from argmap.maps.models import Node

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: Each form by its address in the map: who fills it, and a filling that would do.
FORMS = {
    "write/thesis/": ("bob", {"text": "x"}),
    "write/support/": ("bob", {"text": "x", "on": 1}),
    "write/claim/": ("bob", {"text": "x", "on": 1, "relation": "supports"}),
    "write/evidence/": ("bob", {"text": "x", "on": 1, "relation": "supports"}),
    "write/counterpoint/": ("bob", {"text": "x", "on": 1}),
    "write/undercut/": ("bob", {"text": "x", "on_link": "LINK"}),
    "write/premise/": ("bob", {"text": "x", "on_link": "LINK"}),
    "nodes/4/edit/": ("bob", {"version": 1, "text": "x"}),
    "nodes/4/retract/": ("bob", {"reason": "x"}),
    "nodes/4/restore/": ("bob", {"reason": "x"}),
    "nodes/4/link/": ("bob", {"on": 1, "relation": "supports"}),
    "nodes/4/stance/": ("bob", {"credence": 5}),
    "links/LINK/stance/": ("bob", {"impact": 1}),
    "links/LINK/retract/": ("bob", {"reason": "x"}),
    "links/LINK/scheme/": ("bob", {"version": 2, "scheme": "sign"}),
    "links/LINK/turn/": ("bob", {"version": 2, "seen": "supports 1"}),
    "links/LINK/move/": ("edith", {"version": 2, "seen": "supports 1", "on": 4}),
    "annotations/new/": (
        "simon", {"text": "x", "node": 2, "motivation": "commenting", "visibility": "map"},
    ),
    "annotations/FIRST/reply/": ("simon", {"text": "x"}),
    "annotations/FIRST/edit/": ("simon", {"version": 1, "text": "x", "tags": ""}),
    "annotations/FIRST/retract/": ("simon", {"reason": "x"}),
    "disputes/new/": ("simon", {"node": 2, "ground": "outdated", "statement": "x"}),
    "disputes/DISPUTE/edit/": ("simon", {"version": 1, "ground": "outdated", "statement": "x"}),
    "disputes/DISPUTE/answer/": ("bob", {"answer": "x"}),
    "disputes/DISPUTE/decide/": ("edith", {"upheld": "no", "decision": "x"}),
    "disputes/DISPUTE/withdraw/": ("simon", {"reason": "x"}),
}  # fmt: skip
SELECTED = {"edition": 1, "start": 4, "end": 10}
GARBAGE = [
    "", "x" * 60_000, "a\x00b", "\ufffd", "0", "-1", "1.5", str(10**30), "9" * 5000, "٣", "99999",
]  # fmt: skip


@pytest.fixture
def filled(world, request):
    """(browser's address, who, data) of a form of the table."""

    def filled(address):
        who, data = FORMS[address.replace("nodes/1/", "nodes/4/")]
        names = {
            "LINK": world.link.pk,
            "FIRST": world.annotation.pk,
            "DISPUTE": world.open_dispute.pk,
        }
        for name, pk in names.items():
            address = address.replace(name, str(pk))
        data = {key: names.get(value, value) for key, value in data.items()}
        return world.map.get_absolute_url() + address, request.getfixturevalue(who), data

    return filled


def refused(answer, sentence=""):
    """It was answered with a sentence and a status that says whose fault it is."""
    page = answer.content.decode()
    assert answer.status_code in {400, 403, 404, 409, 413, 422}, answer.status_code
    assert 'class="error' in page or 'role="alert"' in page or "<h1>" in page or "toast" in page
    assert sentence in page
    return True


@pytest.mark.parametrize("address", FORMS)
def test_no_value_of_any_field_breaks_a_form(browse, filled, events, address):
    path, user, data = filled(address)
    client = browse(user)
    others = {"edition", "start", "end", "on", "on_link", "node", "link", "version", "tags"}
    others |= {"detail", "citations", "evidence", "citation-0-title", "relation", "next"}
    others -= {*data}
    for htmx in (HTMX, {}):
        assert client.post(path, {}, headers=htmx).status_code in {200, 302, 404, 409, 422}
    for value in GARBAGE:
        for wrong in [{name: value} for name in data] + [dict.fromkeys(others, value)]:
            before = events()
            answer = client.post(path, data | wrong)
            written = events() - before
            assert written == (answer.status_code == 302), (wrong, answer.status_code)
            assert answer.status_code == 302 or refused(answer)


@pytest.mark.parametrize("address", FORMS)
def test_no_query_of_any_kind_breaks_a_form(browse, filled, address):
    path, user, _ = filled(address)
    client = browse(user)
    names = ("on", "on_link", "node", "link", "edition", "start", "end", "relation", "next")
    for value in GARBAGE:
        if len(value) < 6000:
            assert client.get(path, dict.fromkeys(names, value)).status_code in {200, 404}, value
            assert client.get(path, dict.fromkeys(names[4:], value)).status_code in {200, 404}
    for selected in ({"edition": "9" * 5000}, {"start": -5}, {"end": 10**30}, {"start": "x"}):
        assert client.get(path, SELECTED | selected).status_code in {200, 404}


WRONG = {
    "no statement": ("write/support/", {"text": ""}, 422, "Write the statement, in one sentence."),
    "only blanks": ("write/support/", {"text": " \n\t"}, 422, "Write the statement"),
    "too long": ("write/support/", {"text": "x" * 501}, 422, "at most 500 characters"),
    "a NUL": ("write/support/", {"text": "a\x00b"}, 422, "Null characters"),
    "a detail too long": ("write/support/", {"detail": "x" * 20_001}, 422, "at most 20000"),
    "no such statement": ("write/support/", {"on": 99}, 422, "There is no statement #99"),
    "a huge number": ("write/support/", {"on": 10**30}, 422, "There is no statement"),
    "no number": ("write/support/", {"on": "two"}, 422, "There is no statement of that number"),
    "a thesis below": ("nodes/1/link/", {"on": 2}, 422, "A thesis bears on nothing"),
    "a source without a name": (
        "write/evidence/", {"citations": 1, "citation-0-locator": "p. 3"}, 422, "Name the source",
    ),
    "a source's address": (
        "write/evidence/", {"citations": 1, "citation-0-address": "javascript:1"}, 422, "valid URL",
    ),
    "no such relation": ("write/evidence/", {"relation": "joins"}, 422, "valid choice"),
    "no such step": ("write/undercut/", {"on_link": 99999}, 422, "no such step"),
    "no step": ("write/undercut/", {"on_link": ""}, 422, "no such step"),
    "on itself": ("nodes/4/link/", {"on": 4}, 422, "cannot bear on itself"),
    "no such edition": ("write/support/", SELECTED | {"edition": 9}, 422, "do not stand in this"),
    "half a selection": ("write/support/", {"edition": 1, "start": 4}, 422, "do not stand in this"),
    "beyond the text": ("write/support/", SELECTED | {"end": 10**6}, 422, "do not stand in this"),
    "a huge place": ("write/support/", SELECTED | {"end": 10**30}, 422, "do not stand in this"),
    "the wrong way": ("write/support/", SELECTED | {"end": 3}, 422, "do not stand in this"),
    "no words": ("write/support/", SELECTED | {"end": 4}, 422, "do not stand in this"),
    "only a blank": ("write/support/", SELECTED | {"start": 3, "end": 4}, 422, "Only blank space"),
    "below zero": ("write/support/", SELECTED | {"start": -1}, 422, "greater than or equal to 0"),
    "an empty annotation": ("annotations/new/", {"text": ""}, 422, "Write something first."),
    "only signs": ("annotations/new/", {"text": "> [](/a)\n\n***"}, 422, "Write something first."),
    "an annotation too long": ("annotations/new/", {"text": "x" * 10_001}, 422, "at most 10000"),
    "an annotation on nothing": ("annotations/new/", {"node": ""}, 422, "Choose a statement or"),
    "an annotation on none": ("annotations/new/", {"node": 99}, 422, "There is no statement #99"),
    "too many tags": ("annotations/new/", {"tags": ",".join("abcdefghijk")}, 422, "At most 10"),
    "a long tag": ("annotations/new/", {"tags": "x" * 41}, 422, "41 characters long"),
    "an odd motivation": ("annotations/new/", {"motivation": "bookmarking"}, 422, "valid choice"),
    "an empty reply": ("annotations/FIRST/reply/", {"text": " "}, 422, "Write something first."),
    "no ground": ("disputes/new/", {"ground": ""}, 422, "Choose the ground of the dispute."),
    "no such ground": ("disputes/new/", {"ground": "boring"}, 422, "valid choice"),
    "no word": ("disputes/new/", {"statement": "***"}, 422, "Write something first."),
    "no reason": ("disputes/new/", {"statement": ""}, 422, "Write something first."),
    "evidence in words": ("disputes/new/", {"evidence": "the third"}, 422, "such as 5, 12"),
    "no such evidence": ("disputes/new/", {"evidence": "1, 99"}, 422, "There is no statement #99"),
    "huge evidence": ("disputes/new/", {"evidence": "9" * 30}, 422, "such as 5, 12"),
    "of no statement": ("disputes/new/", {"node": ""}, 422, "Choose the statement that"),
    "undecided": ("disputes/DISPUTE/decide/", {"upheld": ""}, 422, "upheld or dismissed"),
    "upheld for nothing": ("disputes/DISPUTE/decide/", {"upheld": "yes"}, 422, "Say what changes"),
    "without a why": ("disputes/DISPUTE/decide/", {"decision": ""}, 422, "Say why."),
    "a why without a word": ("disputes/DISPUTE/decide/", {"decision": "***"}, 422, "Say why."),
    "an empty answer": ("disputes/DISPUTE/answer/", {"answer": ""}, 422, "Write something first."),
    "too sure": ("nodes/4/stance/", {"credence": 101}, 422, "less than or equal to 100"),
    "below doubt": ("nodes/4/stance/", {"credence": -1}, 422, "greater than or equal to 0"),
    "no stance": ("nodes/4/stance/", {"credence": ""}, 422, "a whole number from 0 to 100"),
    "no such kind": ("nodes/4/edit/", {"kind": "rumour"}, 422, "valid choice"),
    "turned blindly": ("links/LINK/turn/", {"version": "", "seen": ""}, 409, "Someone changed"),
    "moved to none": ("links/LINK/move/", {"on": 99}, 422, "There is no statement #99"),
    "moved nowhere": ("links/LINK/move/", {"on": ""}, 422, "below which it goes"),
    "moved onto itself": ("links/LINK/move/", {"on": 2}, 422, "cannot bear on itself"),
    "beyond decisive": ("links/LINK/stance/", {"impact": 5}, 422, "valid choice"),
    "a citation's address": (
        "nodes/4/edit/", {"citations": 1, "citation-0-address": "nowhere"}, 422, "valid URL",
    ),
    "51 citations": (
        "nodes/4/edit/", {"citations": 51, **{f"citation-{n}-title": "A" for n in range(51)}}, 422,
        "at most 50 citations",
    ),
    "a text of 2,001": ("nodes/4/edit/", {"text": "x" * 2001}, 422, "at most 2000 characters"),
    "a version that never was": ("nodes/4/edit/", {"version": 7}, 409, "Someone changed this"),
    "no version": ("nodes/4/edit/", {"version": ""}, 422, "required"),
    "an old dispute": ("disputes/DISPUTE/edit/", {"version": 7}, 409, "Someone changed this"),
    "an old annotation": ("annotations/FIRST/edit/", {"version": 7}, 409, "Someone changed this"),
}  # fmt: skip


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_wrong_is_said_and_what_was_typed_stays(browse, filled, events, htmx, world):
    before = events()
    for name, (address, wrong, status, sentence) in WRONG.items():
        path, user, data = filled(address)
        field = next(
            (key for key in ("text", "statement", "answer", "decision") if key in data), None
        )
        if field and field not in wrong:
            data[field] = "Typed by hand, with care."
        answer = browse(user, htmx=htmx).post(path, data | wrong)
        page = answer.content.decode()
        assert answer.status_code == status, (name, answer.status_code)
        assert sentence in page, name
        assert ("<html" in page) != htmx
        if field and field not in wrong:
            assert "Typed by hand, with care." in page, name
        assert events() == before, name


def test_an_edit_of_what_changed_meanwhile_shows_both_and_may_be_sent_again(
    browse, world, bob, edith
):
    edit_node(edith, world.loose, version=1, text="Theirs, meanwhile.")
    client, address = browse(bob), f"{world.map.get_absolute_url()}nodes/4/edit/"
    answer = client.post(address, {"version": 1, "text": "Mine, typed by hand.", "detail": "More."})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Theirs, meanwhile.", "Mine, typed by hand.", "More.", "Someone changed this"):
        assert words in page
    assert 'name="version" value="2"' in page
    assert Node.objects.get(pk=world.loose.pk).text == "Theirs, meanwhile."
    again = client.post(address, {"version": 2, "text": "Mine, typed by hand."})
    assert again.status_code == 302
    assert Node.objects.get(pk=world.loose.pk).text == "Mine, typed by hand."


def test_words_of_another_article_are_not_taken(browse, world, new_map, bob, events):
    other = new_map(title="Other")
    before = events()
    path = f"{other.get_absolute_url()}write/claim/"
    step = {"text": "x", "on": "", "relation": "supports", "on_link": world.link.pk}
    assert browse(bob).post(path, step | SELECTED | {"edition": 2}).status_code == 422
    path = f"{other.get_absolute_url()}write/undercut/"
    assert "no such step" in browse(bob).post(path, step).content.decode()
    path = f"{other.get_absolute_url()}annotations/new/"
    annotation = {
        "text": "x",
        "link": world.link.pk,
        "motivation": "commenting",
        "visibility": "map",
    }
    assert "no such step" in browse(bob).post(path, annotation).content.decode()
    assert events() == before


@pytest.mark.parametrize("htmx", [False, True])
def test_what_no_form_takes_makes_no_page_six_times_as_long(browse, world, bob, htmx):
    client = browse(bob, htmx=htmx)
    path = f"{world.map.get_absolute_url()}write/support/"
    for data in ({"text": '"' * 1_500_000}, dict.fromkeys(["text", "detail"], '"' * 800_000)):
        answer = client.post(path, {"on": 1} | data)
        assert answer.status_code == 413
        assert "a million characters of text" in answer.content.decode()
        assert len(answer.content) < 10_000


def test_a_visitors_form_gets_no_header_as_long_as_it_is(browse, world):
    path = f"{world.map.get_absolute_url()}write/support/"
    for back, kept in (("/x" * 900, "%2Fx" * 900), ("/x" * 900_000, "%2F")):
        answer = browse().post(path, {"text": "x", "next": back})
        assert answer.status_code == 307
        assert answer.headers["Location"].endswith(f"&next={kept}")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("write/thesis/", "text"),
        ("nodes/4/edit/", "text"),
        ("annotations/new/", "text"),
        ("annotations/FIRST/reply/", "text"),
        ("annotations/FIRST/edit/", "text"),
        ("disputes/new/", "statement"),
        ("disputes/DISPUTE/answer/", "answer"),
        ("disputes/DISPUTE/decide/", "decision"),
    ],
)
def test_where_words_are_demanded_characters_that_nobody_sees_are_none(
    filled, browse, events, address, field
):
    address, user, data = filled(address)
    before = events()
    answer = browse(user).post(address, data | {field: "\u200b\u2060 \ufeff\u3164"})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert events() == before
    assert browse(user).post(address, data | {field: "\u200bx"}).status_code == 302


def test_an_article_has_a_title_and_a_text_that_one_sees(browse, bob, events):
    before = events()
    data = {"title": "x", "text": "x", "visibility": "private", "language": "en"}
    for field in ("title", "text"):
        answer = browse(bob).post("/articles/new/", data | {field: "\u200b\u200b"})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
    assert events() == before
