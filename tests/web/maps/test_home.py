"""The first page: one's own maps, those that others share, and what is public."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from argmap.accounts.actions import create_team, make_moderator, rename_account, set_team_role
from argmap.accounts.models import Sanction
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.maps.models import Map
from argmap.moderation.actions import hide, lift_sanction, restore, sanction
from argmap.web.maps.home import ROLES


@pytest.fixture
def home(browse):
    """The page as somebody reads it, and the part of each group by its name."""

    def home(user=None, query=""):
        answer = browse(user).get(f"/{query}")
        assert answer.status_code == 200
        page = " ".join(answer.content.decode().split())
        parts = re.split(r'<section class="group" id="(\w+)"', page)
        return page, dict(zip(parts[1::2], parts[2::2], strict=True))

    return home


def titles(part):
    return re.findall(r"<h3><a [^>]*>([^<]*)</a>", part)


def begin(owner, title, **fields):
    return maps.begin_map(owner, title=title, **fields)


def test_maps_stand_by_what_one_has_to_do_with_them(home, alice, bob, charlie):
    begin(alice, "Own", visibility="private")
    maps.set_role(alice, begin(alice, "Given", visibility="private"), bob, Role.EDITOR)
    maps.set_role(alice, begin(alice, "Both", visibility="public"), bob, Role.OWNER)
    begin(charlie, "For all", visibility="public")
    begin(charlie, "By its address", visibility="unlisted")
    team = create_team(charlie, name="Society")
    set_team_role(charlie, team, bob, Role.WRITER)
    begin(charlie, "Of the team", visibility="team", team=team)
    begin(charlie, "Of its owners", visibility="private", team=team)
    _, groups = home(bob)
    assert titles(groups["mine"]) == ["Both"]
    assert titles(groups["shared"]) == ["Of the team", "Given"]
    assert titles(groups["public"]) == ["For all"]
    assert "you may edit" in groups["shared"]
    assert "you may write" in groups["shared"]
    assert "you may" not in groups["public"]
    _, groups = home(charlie)
    assert titles(groups["mine"]) == [
        "Of its owners", "Of the team", "By its address", "For all",
    ]  # fmt: skip
    page, groups = home()
    assert list(groups) == ["public"]
    assert titles(page) == ["For all", "Both"]


def test_the_groups_together_are_what_one_may_see(browse, new_map, alice, bob, charlie, mona):
    for visibility in ("public", "private", "unlisted"):
        new_map(visibility)
    hide(mona, new_map("public"), reason="Spam.")
    team = create_team(charlie, name="Society")
    set_team_role(charlie, team, bob, Role.OWNER)
    for visibility in ("public", "team", "private"):
        begin(charlie, "A map", visibility=visibility, team=team)
    for user in (alice, bob, charlie, mona):
        given = Map.objects.given_to(user)
        mine, public = Map.objects.given_to(user, Role.OWNER), Map.objects.public()
        seen = set(Map.objects.visible_to(user))
        assert set(given) | set(public) == seen
        assert set(mine) == {map for map in seen if map.role_of(user) is Role.OWNER}


def test_a_map_says_what_it_holds_and_who_changed_it_last(home, new_map, new_node, bob, simon):
    map = new_map("public", question="Should it be rebuilt?")
    thesis = new_node(map, "thesis", "The bridge should be rebuilt.")
    new_node(map, "claim", "It is needed.", on=thesis)
    debate.open_dispute(simon, map, target=thesis, ground="outdated", statement="No longer.")
    debate.take_stance(simon, map, target=thesis, credence=40)
    debate.take_stance(bob, map, target=thesis, credence=80)
    page, _ = home()
    for words in ("The bridge should be rebuilt.", "60 % of 2", "2 statements", "1 open dispute"):
        assert words in page
    assert '<p class="last">Bob, <time' in page
    people = page.split("Lately here: ")[1].split("</span>")[0]
    assert set(people.split(", ")) == {"Bob", "Simon", "Alice"}
    assert "Should it be rebuilt?" not in page  # the thesis answers it
    new_node(map, "thesis", "It should be left to the river.")
    page, _ = home()
    assert "Should it be rebuilt?" in page
    assert "2 rival theses" in page


def test_hidden_and_retracted_words_are_for_nobody_here(home, new_map, new_node, alice, mona):
    map = new_map("public", title="Zqtitle", question="Zqquestion")
    hidden = new_node(map, "thesis", "Zqhidden.", by=alice)
    maps.retract_node(alice, new_node(map, "thesis", "Zqretracted.", by=alice))
    hide(mona, hidden, reason="Spam.")
    page, _ = home()
    assert "Zqtitle" in page
    assert "Zqhidden" not in page
    assert "Zqretracted" not in page
    restore(mona, hidden, reason="A mistake.")
    hide(mona, map, reason="Spam.")
    words = ("Zqtitle", "Zqquestion", "Zqhidden", "Zqretracted")  # longer than chance in a token
    for user in (None, mona):
        page, _ = home(user)
        assert [word for word in words if word in page] == []
    assert "Zqhidden" in home(alice)[0]


def test_who_only_reads_a_hidden_map_finds_it_without_its_words(
    home, new_map, new_node, victor, mona
):
    map = new_map("public", title="Zqtitle", question="Zqquestion")
    new_node(map, "thesis", "Zqthesis.")
    hide(mona, map, reason="Spam.")
    page, groups = home(victor)
    assert titles(groups["shared"]) == ["A hidden map"]
    assert [word for word in ("Zqtitle", "Zqquestion", "Zqthesis") if word in page] == []
    for query in ("?q=Zqtitle", "?q=Zqthesis"):
        assert "No map has these words" in home(victor, query)[0]


def test_a_visitor_finds_what_is_public_by_its_words(home, new_map, new_node):
    new_node(new_map("public", title="Zqtitle"), "thesis", "Zqthesis.")
    new_map("private", title="Zqtitle of nobody’s business")
    for words in ("zqtitle", "ZQTHESIS"):
        _, groups = home(query=f"?q={words}")
        assert titles(groups["public"]) == ["Zqtitle"]
    assert "No map has these words" in home(query="?q=nobody’s")[0]


def test_one_finds_maps_by_title_question_and_thesis(home, alice, victor):
    for number in range(9):
        map = begin(alice, f"Map {number}", question="Zqwhy?" if number == 7 else "")
    maps.add_node(alice, map, kind="thesis", text="Zqbecause.")
    begin(alice, "Private")
    for words, found in (("map 3", ["Map 3"]), ("zqWHY", ["Map 7"]), ("zqbecause", ["Map 8"])):
        page, groups = home(alice, f"?q={words}")
        assert titles(page) == found
        assert list(groups) == ["mine"]
        assert titles(home(victor, f"?q={words}")[0]) == []
    page, _ = home(alice, '?q=<b>"%00')
    assert "No map has these words" in page
    assert 'value="&lt;b&gt;&quot;"' in page


def test_long_groups_lead_on_and_turn_pages(home, alice):
    for number in range(33):
        begin(alice, f"Map {number:02}", visibility="public" if number == 1 else "private")
    page, groups = home(alice)
    assert len(titles(groups["mine"])) == 10
    assert 'href="?of=mine"' in page
    assert "?of=shared" not in page
    page, groups = home(alice, "?of=mine")
    assert list(groups) == ["mine"]
    assert "1–30 of 33" in page
    assert titles(page)[0] == "Map 32"
    page, _ = home(alice, "?of=mine&page=2")
    assert titles(page) == ["Map 02", "Map 01", "Map 00"]
    assert "Map 02" in home(alice, "?of=mine&page=99999")[0]
    for query in ("?of=theirs", "?of=mine&page=x", "?page=-1", "?of=%00"):
        home(alice, query)
    assert titles(home(None, "?of=mine")[0]) == []  # a visitor has none


def test_who_has_nothing_hears_what_to_do(home, browse, charlie, mona):
    page, groups = home(charlie)
    assert "No map is yours yet" in groups["mine"]
    assert 'href="/articles/new/"' in groups["mine"]
    assert "gives you a role" in groups["shared"]
    assert "no public map" in groups["public"]
    assert "There is no public map yet." in home()[0]
    sanction(mona, charlie, kind="suspend", reason="Spam.")
    page, groups = home(charlie)
    assert "New map</a>" not in page.split("<main")[1]


# Unchanged


@pytest.fixture
def kept(browse):
    """kept(user) fetches the page; the result says whether that copy still holds."""

    def kept(user=None, query=""):
        client = browse(user)
        client.get(f"/{query}")
        etag = client.get(f"/{query}").headers["ETag"]

        def holds():
            answer = client.get(f"/{query}", headers={"If-None-Match": etag})
            assert bool(answer.content) == (answer.status_code == 200)
            return answer.status_code == 304

        assert holds()
        return holds

    return kept


CHANGES = {
    "a statement": lambda w: maps.add_node(w.bob, w.map, kind="claim", text="News."),
    "the thesis": lambda w: maps.edit_node(w.bob, w.thesis, version=1, text="Other words."),
    "a dispute": lambda w: debate.open_dispute(
        w.simon, w.map, target=w.thesis, ground="outdated", statement="No."
    ),
    "a stance": lambda w: debate.take_stance(w.simon, w.map, target=w.thesis, credence=9),
    "the title": lambda w: maps.edit_map(w.alice, w.map, title="Another"),
    "what is hidden": lambda w: hide(w.mona, w.thesis, reason="Spam."),
    "the map hidden": lambda w: hide(w.mona, w.map, reason="Spam."),
    "its visibility": lambda w: maps.set_visibility(w.alice, w.map, "private"),
    "another public map": lambda w: begin(w.charlie, "New", visibility="public"),
    "the archive": lambda w: maps.archive_map(w.alice, w.map),
    "a name": lambda w: rename_account(w.bob, w.bob, name="Robert"),
}


@pytest.fixture
def people(alice, bob, charlie, simon, victor, mona, new_map, new_node):
    map = new_map("public")
    return SimpleNamespace(
        map=map,
        thesis=new_node(map, "thesis", "The bridge should be rebuilt.", by=bob),
        alice=alice, bob=bob, charlie=charlie, simon=simon, victor=victor, mona=mona,
    )  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_shown_makes_every_copy_old(kept, people, change):
    copies = [kept(), kept(people.victor), kept(people.alice)]
    CHANGES[change](people)
    assert [holds() for holds in copies] == [False] * 3


UNSEEN = {
    "another's private map": lambda w: begin(w.charlie, "Secret"),
    "words in it": lambda w: maps.add_node(w.charlie, w.secret, kind="thesis", text="Zq"),
    "a role in it": lambda w: maps.set_role(w.charlie, w.secret, w.mona, Role.EDITOR),
    "an unlisted map": lambda w: maps.add_node(w.charlie, w.unlisted, kind="thesis", text="Zq"),
    "a private annotation": lambda w: debate.annotate(
        w.bob, w.map, target=w.thesis, text="Mine.", visibility="private"
    ),
    "a team": lambda w: create_team(w.charlie, name="Society"),
    "a sanction": lambda w: sanction(w.mona, w.charlie, kind="mute", reason="Rude."),
}


@pytest.mark.parametrize("change", UNSEEN)
def test_what_one_does_not_see_leaves_the_copy_as_it_is(kept, people, change):
    people.secret = begin(people.charlie, "A secret")
    people.unlisted = begin(people.charlie, "By its address", visibility="unlisted")
    copies = [kept(), kept(people.victor)]
    UNSEEN[change](people)
    assert [holds() for holds in copies] == [True] * 2


def test_what_one_may_do_makes_ones_own_copy_old(kept, people):
    victor = people.victor
    team = create_team(people.charlie, name="Society")
    begin(people.charlie, "The team’s", visibility="team", team=team)
    for change in (
        lambda: maps.set_role(people.alice, people.map, victor, Role.EDITOR),
        lambda: set_team_role(people.charlie, team, victor, Role.VIEWER),
        lambda: set_team_role(people.charlie, team, victor, Role.WRITER),
        lambda: sanction(people.mona, victor, kind="suspend", reason="Rude."),
        lambda: lift_sanction(people.mona, victor.sanctions.get(), reason="Sorry."),
        lambda: make_moderator(people.mona, victor),
    ):
        holds = kept(victor)
        change()
        assert not holds()


def test_the_end_of_a_sanction_makes_ones_copy_old(kept, people):
    measure = sanction(people.mona, people.victor, kind="mute", reason="Rude.", ends_at=soon())
    holds = kept(people.victor)
    Sanction.objects.filter(pk=measure.pk).update(begins_at=soon(-2), ends_at=soon(-1))
    assert not holds()


def soon(days=1):
    return timezone.now() + timedelta(days=days)


def test_a_copy_is_of_who_is_signed_in_and_of_the_session(browse, people):
    client = browse()
    client.get("/")
    etag = client.get("/").headers["ETag"]
    client.force_login(people.victor)
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 200
    etag = client.get("/").headers["ETag"]
    for user in (people.simon, people.victor):  # Victor’s second session is another one
        client.force_login(people.simon)
        client.force_login(user)
        assert client.get("/", headers={"If-None-Match": etag}).status_code == 200
    assert client.get("/?q=x", headers={"If-None-Match": etag}).status_code == 200


def test_an_unchanged_page_asks_who_one_is_and_for_versions_alone(
    browse, people, new_map, django_assert_num_queries
):
    client = browse(people.bob)
    for _ in range(12):
        new_map("public")
    client.get("/")
    etag = client.get("/").headers["ETag"]
    with django_assert_num_queries(5):  # session, account, counts, versions, seqs
        assert client.get("/", headers={"If-None-Match": etag}).status_code == 304


def test_a_page_with_a_message_is_no_version(browse, people):
    client = browse()
    client.post("/accounts/login/", {"login": "victor", "password": "secret"})
    answer = client.get("/")
    assert "Successfully signed in as victor" in answer.content.decode()
    assert "ETag" not in answer.headers
    assert "ETag" in client.get("/").headers


@pytest.mark.parametrize("readers", [("mona", "victor"), ("victor", "mona")])
def test_who_read_a_hidden_map_before_changes_nothing_for_the_next(home, people, request, readers):
    maps.set_role(people.alice, people.map, people.mona, Role.VIEWER)  # as Victor has
    hide(people.mona, people.map, reason="Spam.")
    for name in readers:
        page, _ = home(request.getfixturevalue(name))
        assert ("The bridge should be rebuilt." in page) == (name == "mona")


def test_each_reads_their_own_role_whoever_read_before(home, people, bob):
    for user, role in ((people.simon, "you may suggest"), (bob, "you may write"), (None, "")):
        page, _ = home(user)
        assert [said for said in ROLES.values() if said in page] == [role] * bool(role)


def test_a_person_who_was_renamed_is_called_so_in_what_was_kept(home, people, bob):
    assert '<p class="last">Bob, <time' in home()[0]
    rename_account(bob, bob, name="Robert")
    assert re.search(r"\bBob\b", home()[0]) is None
    assert "Robert" in home()[0]
