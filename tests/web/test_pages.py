"""What one finds on each page."""

import re

import pytest
from django.template.loader import render_to_string

from argmap.accounts.actions import create_team, set_team_role
from argmap.accounts.permissions import Role
from argmap.articles.actions import add_edition
from argmap.debate import actions as debate
from argmap.journal.models import Event
from argmap.maps import actions as maps
from argmap.moderation.actions import flag, hide, lock_map


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def words_of(response):
    """What a person reads on the page, without the elements around it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text_of(response)))


def test_home_lists_what_one_may_see_and_no_more(
    browse, new_map, alice, bob, charlie, mona, victor
):
    for visibility in ("public", "private", "unlisted"):
        new_map(visibility, title=f"A {visibility} bridge")
    hide(mona, new_map("public", title="A hidden bridge"), reason="Spam.")
    team = create_team(charlie, name="Society")
    set_team_role(charlie, team, bob, Role.VIEWER)
    for title, visibility in (("A team's bridge", "team"), ("A closed bridge", "private")):
        maps.begin_map(charlie, title=title, visibility=visibility, team=team)
    everyone = {"A public bridge"}
    mine = everyone | {"A private bridge", "A unlisted bridge", "A hidden bridge"}
    theirs = mine - {"A hidden bridge"} | {"A hidden map"}  # its words are for its editors
    for user, titles in (
        (None, everyone),
        (mona, everyone),
        (alice, mine),
        (victor, theirs),
        (bob, theirs | {"A team&#x27;s bridge"}),
        (charlie, everyone | {"A team&#x27;s bridge", "A closed bridge"}),
    ):
        page = text_of(browse(user).get("/"))
        for title in mine | theirs | {"A team&#x27;s bridge", "A closed bridge"}:
            assert (f">{title}</a>" in page) == (title in titles), (user, title)
        counts = re.findall(r'<span class="count">(\d+)</span>', page)
        assert sum(int(count) for count in counts) == len(titles)


def test_the_workspace_sets_the_article_beside_its_argument(browse, world, victor, parsed):
    response = browse(victor).get(f"{world.map.get_absolute_url()}?node=2")
    page = text_of(response)
    assert "The bridge was closed in March." in words_of(response)
    ids = parsed(response).values("id")
    for part in ("article", "argument", "margin", "outline", "n1", "n2", "card-2", "under-2"):
        assert part in ids
    assert 'data-nodes="2"' in page
    assert "Since when?" in page
    assert "The step is a leap." in page
    assert f"/stream?from={Event.objects.filter(journal=world.map.journal_id).count()}.1." in page


def test_the_workspace_shows_any_edition_and_says_which(browse, world, alice, victor):
    add_edition(alice, world.map.article, text="The bridge was closed in May.", note="Corrected.")
    client = browse(victor)
    newest = words_of(client.get(world.map.get_absolute_url()))
    assert "in May" in newest
    assert "edition 2 of 2" in newest
    assert "Corrected." in newest
    first = words_of(client.get(f"{world.map.get_absolute_url()}?edition=1"))
    assert "edition 1 of 2" in first
    assert "old town" in first


def test_only_who_may_add_an_edition_is_offered_to(browse, world, alice, bob):
    address = f"{world.map.get_absolute_url()}editions/new/"
    assert address in text_of(browse(alice).get(world.map.get_absolute_url()))
    assert address not in text_of(browse(bob).get(world.map.get_absolute_url()))
    assert browse(bob).get(address).status_code == 404


@pytest.mark.one_database
def test_what_one_is_offered_one_may_do(browse, world, crawl, request):
    """Every address that a page offers a person answers them."""
    for name in ("alice", "bob", "edith", "simon", "victor", "mona"):
        client = browse(request.getfixturevalue(name))
        if name == "mona":
            continue
        for address, response in crawl(client, world.map.get_absolute_url()):
            assert response.status_code in {200, 302}, (name, address, response.status_code)


def test_the_page_of_a_statement_has_all_that_is_known_of_it(browse, world, victor, bob):
    page = words_of(browse(victor).get(world.node.get_absolute_url()))
    for words in (
        "The town needs zqnodetext.",
        "Bob",
        "At length: zqnodedetail.",
        "Bears on",
        "The bridge should be rebuilt.",
        "Undercuts its steps",
        "The step is a leap.",
        "zqcitation",
        "zqquote",
        "https://example.org/",
        "bridge was closed in",
        "edition 1",
        "Since when?",
        "zqnotetag",
        "Since the flood.",
        "zqstatement",
        "zqanswer",
        "zqdecision",
        "zqchanged",
        "It was so once.",
        "80 %",
        "opened a dispute on",
    ):
        assert words in page, words
    assert "zqprivate" not in page
    assert "zqprivate" in text_of(browse(bob).get(world.node.get_absolute_url()))


def test_the_page_of_a_statement_sorts_what_bears_on_it(browse, world, new_node, alice, parsed):
    for kind, relation in (
        ("claim", "supports"),
        ("evidence", "supports"),
        ("counterpoint", "opposes"),
    ):
        new_node(world.map, kind, f"{kind} for it", on=world.node, relation=relation)
    new_node(world.map, "claim", "A premise", on=world.link, relation="joins")
    sections = parsed(browse(alice).get(world.node.get_absolute_url())).values("id")
    wanted = [
        "bears_on",
        "supports",
        "evidence",
        "opposes",
        "undercuts",
        "joins",
        "citations",
        "passages",
    ]
    assert [each for each in sections if each in wanted] == wanted


def test_the_page_of_a_step_has_both_ends_and_what_bears_on_it(browse, world, victor):
    page = words_of(browse(victor).get(world.link.get_absolute_url()))
    for words in (
        "The town needs zqnodetext.", "supports", "The bridge should be rebuilt.",
        "zqscheme", "The step is a leap.", "Need is no reason.", "On this step.", "3 of 4",
    ):  # fmt: skip
        assert words in page, words


def test_a_step_on_a_step_has_its_page_too(browse, world, new_node, victor):
    deep = new_node(
        world.map, "claim", "Further.", on=world.doubt.links_out.get(), relation="joins"
    )
    for link in (world.doubt.links_out.get(), deep.links_out.get()):
        assert "A step of the argument" in text_of(browse(victor).get(link.get_absolute_url()))
        assert browse(victor).get(link.source.get_absolute_url()).status_code == 200


def test_the_page_of_a_dispute_has_its_whole_course(browse, world, victor):
    page = words_of(browse(victor).get(world.dispute.get_absolute_url()))
    for words in (
        "Dispute: unsupported", "The town needs zqnodetext.", "zqstatement", "Rests on", "#3",
        "zqanswer", "Upheld.", "zqdecision", "zqchanged", "Simon", "Bob", "Edith",
    ):  # fmt: skip
        assert words in page, words


def test_disputes_are_listed_the_undecided_first(browse, world, victor, new_map):
    page = text_of(browse(victor).get(f"{world.map.get_absolute_url()}disputes/"))
    places = [
        page.index(words) for words in ("Need is no reason.", "It was so once.", "zqstatement")
    ]
    assert places == sorted(places)
    other = new_map(title="Another")
    assert "Nothing is disputed." in text_of(
        browse(victor).get(f"{other.get_absolute_url()}disputes/")
    )


def test_history_tells_each_event_with_its_number(browse, world, victor, parsed):
    response = browse(victor).get(f"{world.map.get_absolute_url()}history/")
    seqs = Event.objects.filter(journal=world.map.journal_id).values_list("seq", flat=True)
    assert list(seqs) == list(range(1, len(seqs) + 1))
    found = [
        each for each in parsed(response).values("id") if each[0] == "e" and each[1:].isdigit()
    ]
    assert found == [f"e{seq}" for seq in sorted(seqs, reverse=True)]
    page = text_of(response)
    for words in (
        "brought in the article and began the map", "added", "opened a dispute on",
        "decided a dispute on", ": upheld", "took a stance on", "suggested a change of",
    ):  # fmt: skip
        assert words in page, words
    assert "zqprivate" not in page


def test_a_long_history_turns_pages_without_a_gap(browse, world, alice, parsed):
    for number in range(60):
        maps.edit_map(alice, world.map, summary=f"Words {number}")
    client, address, found = browse(alice), f"{world.map.get_absolute_url()}history/", []
    query = ""
    while query is not None:
        page = parsed(client.get(address + query))
        found += [
            int(each[1:]) for each in page.values("id") if each[0] == "e" and each[1:].isdigit()
        ]
        query = next((a["href"] for t, a in page.elements if a.get("rel") == "next"), None)
    last = Event.objects.filter(journal=world.map.journal_id).count()
    assert found == list(range(last, 0, -1))


def test_an_edit_stands_in_the_history_before_and_after(browse, world, bob):
    maps.edit_node(bob, world.loose, version=1, text="Somebody has linked this.")
    page = text_of(browse(bob).get(f"{world.map.get_absolute_url()}history/"))
    assert "<del>Nobody has linked this yet.</del> <ins>Somebody has linked this.</ins>" in page


def test_a_locked_map_says_so_and_offers_nothing(browse, new_map, fill, mona, bob, parsed):
    world = fill(new_map("public"))
    lock_map(mona, world.map, reason="It burns.")
    response = browse(bob).get(f"{world.map.get_absolute_url()}?node=2")
    assert "This map is locked" in text_of(response)
    assert not [each for each in parsed(response).addresses if "/write/" in each]


def test_in_a_map_of_sums_no_name_stands_by_a_stance(browse, new_map, fill, victor):
    world = fill(new_map(stances_by_name=False))
    for address in (world.node.get_absolute_url(), world.link.get_absolute_url()):
        assert 'class="by-name"' not in text_of(browse(victor).get(address))
    history = text_of(browse(victor).get(f"{world.map.get_absolute_url()}history/"))
    assert "Bob</strong> took a stance" not in history


def test_a_map_without_an_article_has_a_page(browse, alice):
    map = maps.begin_map(alice, title="No text", question="Why?")
    assert "There is no text here." in text_of(browse(alice).get(map.get_absolute_url()))
    maps.add_node(alice, map, kind="thesis", text="Because.")
    for part in ("?node=1", "nodes/1/", "history/", "disputes/", "annotations/new/?node=1"):
        assert browse(alice).get(map.get_absolute_url() + part).status_code == 200
    assert browse(alice).get(f"{map.get_absolute_url()}editions/new/").status_code == 404


def test_after_retracting_its_author_finds_the_way_to_restore_it(browse, world, bob, simon, parsed):
    for user, address, name in (
        (bob, f"nodes/{world.loose.number}/", "restore"),
        (bob, f"links/{world.link.pk}/", "restore"),
        (simon, f"annotations/{world.passage_annotation.pk}/", "restore"),
    ):
        client, address = browse(user), world.map.get_absolute_url() + address
        assert client.post(f"{address}retract/", {"reason": ""}).status_code == 302
        offered = parsed(client.get(address)).addresses
        assert f"{address}{name}/" in offered, address
        assert client.post(f"{address}{name}/", {"reason": ""}).status_code == 302


MARKDOWN = "It was *so* once, see #2 & <script>."
RENDERED = "It was <em>so</em> once, see"


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_markdown_is_rendered_wherever_such_words_are_quoted(browse, world, simon, bob, mona):
    annotation = debate.annotate(simon, world.map, target=world.node, text=MARKDOWN)
    dispute = debate.open_dispute(
        simon, world.map, target=world.thesis, ground="outdated", statement=MARKDOWN
    )
    debate.edit_annotation(simon, annotation, version=1, text=MARKDOWN + " **Now.**")
    for each in (annotation, dispute):
        flag(bob, each, reason="spam")
    base = world.map.get_absolute_url()
    for user, address, times in (
        (None, f"{base}history/", 2),  # what stands so no more, stands there as it was typed
        (None, f"{base}disputes/", 1),
        (mona, "/moderation/", 2),
        (bob, f"{base}disputes/{dispute.pk}/answer/", 1),
        (bob, f"{base}annotations/{annotation.pk}/reply/", 1),
        (mona, f"/moderation/annotation/{annotation.pk}/hide/", 1),
    ):
        page = text_of(browse(user).get(address))
        assert page.count(RENDERED) == times, address
        assert f'<a href="{base}?node=2"' in page
        assert "<script>." not in page
        assert ("*so*" in page) == address.endswith("history/")
    assert "<strong>Now.</strong>" in text_of(browse().get(f"{base}history/"))


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_long_quote_is_cut_without_breaking_the_page(browse, world, simon, parsed):
    text = "**word" + " word" * 200 + "** & <b>"
    debate.open_dispute(simon, world.map, target=world.thesis, ground="outdated", statement=text)
    page = text_of(browse().get(f"{world.map.get_absolute_url()}disputes/"))
    quoted = page.split("<strong>word")[1].split("</div>")[0]
    assert quoted.endswith("…</strong></p>")
    assert len(quoted) < 200


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_visitor_sees_how_sure_people_are_and_where_to_sign_in(browse, world, victor):
    base = world.map.get_absolute_url()
    login = f"/accounts/login/?next={base}"
    for address in (f"{base}?node=2", f"{base}nodes/2/"):
        page = text_of(browse().get(address))
        assert 'class="histogram"' in page
        assert f'href="{login}%3Fnode%3D2">Sign in</a> to say how sure you are.' in page
        stances = page.split('id="stances"')[1].split("</section>")[0]
        assert "<form" not in stances
        assert "to say how sure" not in text_of(browse(victor).get(address))
    step = text_of(browse().get(world.link.get_absolute_url()))
    assert "Sign in</a> to judge it." in step
    assert "<form" not in step.split('id="stances"')[1].split("</section>")[0]


def test_the_last_full_stop_of_a_toast_stays_with_its_sentence(world):
    """What stands directly in a toast is laid out by itself."""
    for name in ("_much_has_happened", "_new_edition"):
        html = render_to_string(f"workspace/{name}.html", {"map": world.map})
        inside = html.split('<div class="toast">')[1].split("</div>")[0]
        assert re.fullmatch(r"<span>[^<]*<a [^>]*>[^<]*</a>\.</span>", inside), name
