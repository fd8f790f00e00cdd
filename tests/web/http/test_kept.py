"""What is kept of pages: for whom, how much of it, and what makes it old."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.accounts.actions import create_team, make_moderator, rename_account
from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.maps.actions import set_role
from argmap.moderation.actions import flag, hide, sanction

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def outsider(db):
    """Another one who has nothing here, like Charlie."""
    return User.objects.create_user("olga", "olga@example.org", "secret")


@pytest.fixture
def node_page(browse, full):
    def node_page(user=None):
        return browse(user).get(full.node.get_absolute_url()).content.decode()

    return node_page


def test_a_node_page_that_someone_has_read_is_there_for_others(browse, full, charlie, outsider):
    address = full.node.get_absolute_url()
    browse(charlie).get(address)
    client = browse(outsider)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    read = "".join(each["sql"] for each in queries)
    assert "debate_dispute" not in read
    assert "maps_node" not in read


def test_each_form_of_a_kept_page_has_the_readers_token_and_a_key_of_its_own(
    node_page, full, simon, bob
):
    for number in range(3):
        debate.annotate(bob, full.map, target=full.node, text=f"Note {number}.")
    pages = [node_page(simon), node_page(simon)]
    keys = [key for page in pages for key in re.findall(r'name="once" value="(\w+)"', page)]
    assert len(keys) == len(set(keys)) == 10
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page) for page in pages]
    assert all(len(token) == 64 for each in tokens for token in each)
    assert not set(tokens[0]) & set(tokens[1])
    assert "\0" not in "".join(pages)


def test_a_private_annotation_is_on_its_authors_page_only_also_of_a_page_that_was_kept(
    node_page, full, charlie, outsider, empty_caches
):
    node_page(outsider)
    debate.annotate(charlie, full.map, target=full.node, text="zqmine", visibility="private")
    for _ in range(2):
        assert "zqmine" in node_page(charlie)
        assert "zqmine" in node_page(charlie)
        assert "zqmine" not in node_page(outsider)
        empty_caches()


def test_each_private_annotation_comes_to_a_page_that_its_author_has_read(node_page, full, charlie):
    for text in ("zqmine", "zqagain"):
        debate.annotate(charlie, full.map, target=full.node, text=text, visibility="private")
        assert text in node_page(charlie)


def a_moderator(w, p):
    """And another viewer, as of an Event of the site that pages of both tell of."""
    rename_account(p["bob"], p["bob"], name="Robert")
    return p["mona"], p["charlie"]


def a_muted_one(w, p):
    sanction(p["mona"], p["charlie"], kind="mute", reason="Rude.")
    return p["victor"], p["charlie"]


def a_visitor(w, p):
    return p["charlie"], None


def an_owner_who_does_not_own_the_hidden_article(w, p):
    set_role(p["alice"], w.map, p["edith"], Role.OWNER)
    hide(p["mona"], w.map.article, reason="Not theirs to publish.")
    return p["alice"], p["edith"]


@pytest.mark.parametrize(
    "two", [a_moderator, a_muted_one, a_visitor, an_owner_who_does_not_own_the_hidden_article]
)
def test_who_differs_in_one_thing_alone_gets_no_page_of_the_other(
    browse, full, people, empty_caches, two
):
    first, second = two(full, people)
    differs = False

    def read(user, node):
        html = browse(user).get(node.get_absolute_url()).content.decode()
        return re.sub(r"\b[A-Za-z0-9]{64}\b", "", html[html.index("<main") :])

    for node in (full.hidden["node"], full.node, full.loose):
        empty_caches()
        theirs, from_caches = read(first, node), read(second, node)
        empty_caches()
        assert from_caches == read(second, node), node
        differs |= from_caches != theirs
    assert differs


def test_who_took_an_annotation_back_can_restore_it_also_on_a_page_that_was_kept(
    node_page, full, charlie, outsider
):
    note = debate.annotate(charlie, full.map, target=full.node, text="Once.")
    debate.retract_annotation(charlie, note)
    node_page(outsider)
    restore = f"annotations/{note.pk}/restore/"
    assert restore not in node_page(outsider)
    assert restore in node_page(charlie)
    assert restore in node_page(charlie)


@pytest.mark.parametrize(
    "part", ["history/?before=5", "disputes/?before=999", "nodes/2/?before=999"]
)
def test_pages_further_on_take_no_room(browse, full, victor, part):
    """Else whoever asks for a thousand of them would push out what all others read."""
    client, parts = browse(victor), caches["parts"]._store
    address = f"{full.map.get_absolute_url()}{part}"
    client.get(address.split("?")[0])
    before = len(parts.kept)
    for number in range(1, 4):
        assert client.get(address.replace("9", str(number))).status_code == 200
    assert len(parts.kept) == before


def test_whoever_walks_through_all_nodes_pushes_out_no_outline(browse, full, victor):
    client, pages = browse(victor), caches["pages"]._store
    client.get(full.map.get_absolute_url())
    client.get(full.node.get_absolute_url())
    kept = [key for key in pages.kept if key[0] == "workspace"]
    caches["parts"].set("all that there is room for", "-" * caches["parts"]._most)
    assert kept
    assert [key for key in pages.kept if key[0] == "workspace"] == kept


PRIVATE_DEEDS = {
    "a report": lambda w, p: flag(p["victor"], w.node, reason="spam"),
    "a sanction": lambda w, p: sanction(p["mona"], p["bob"], kind="mute", reason="Rude."),
    "a team": lambda w, p: create_team(p["alice"], name="Society"),
    "another moderator": lambda w, p: make_moderator(p["mona"], p["bob"]),
    "a private annotation": lambda w, p: debate.annotate(
        p["victor"], w.map, target=w.node, text="Mine.", visibility="private"
    ),
}


def versions(browse, full, people, names):
    base = full.map.get_absolute_url()
    pages = [base, f"{base}nodes/2/", f"{base}history/", f"{base}disputes/"]
    pages += [f"/api/v1{base}nodes/"]
    clients = {name: browse(people.get(name)) for name in names}

    def versions():
        return {(n, p): c.get(p).headers["ETag"] for n, c in clients.items() for p in pages}

    versions()  # cookies are set
    return versions


@pytest.mark.parametrize("deed", PRIVATE_DEEDS)
def test_what_is_done_in_private_leaves_the_versions_of_others(browse, full, people, deed):
    """A visitor's and a member's alike: no number tells them that somebody was reported."""
    seen = versions(browse, full, people, [None, "simon"])
    before = seen()
    PRIVATE_DEEDS[deed](full, people)
    assert seen() == before


PUBLIC_DEEDS = {
    "a hiding": lambda w, p: hide(p["mona"], w.annotation, reason="Spam."),
    "the article's hiding": lambda w, p: hide(p["mona"], w.map.article, reason="Spam."),
    "another name": lambda w, p: rename_account(p["bob"], p["bob"], name="Robert"),
}


@pytest.mark.parametrize("deed", PUBLIC_DEEDS)
def test_what_changes_pages_of_everyone_makes_them_old(browse, full, people, deed):
    seen = versions(browse, full, people, [None, "simon", "mona"])
    before = seen()
    PUBLIC_DEEDS[deed](full, people)
    after = seen()
    assert [page for page in before if before[page] == after[page]] == []


def test_a_moderators_pages_change_with_a_report(browse, full, people):
    seen = versions(browse, full, people, ["mona"])
    before = seen()
    flag(people["victor"], full.node, reason="spam")
    assert before != seen()
