"""Editions: each can be reached, and what a new one left behind is seen and put right."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.articles.actions import Selection, add_edition
from argmap.articles.anchoring import Searched
from argmap.articles.models import Placement
from argmap.debate.actions import annotate
from argmap.maps.actions import anchor_node
from argmap.moderation.actions import hide

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

FIRST = "The bridge was closed in March"


@pytest.fixture
def passages(map, edition, claim, new_node, bob, victor, simon):
    """On words that stay, on words that change, and two on words that are struck."""
    text = edition.text

    def words(chosen):
        start = text.index(chosen)
        return Selection(edition, start, start + len(chosen))

    stays = anchor_node(bob, claim, words("The bridge"))
    evidence = new_node(map, "evidence", "The report of the engineers.")
    changes = anchor_node(bob, evidence, words("found cracks in two of its piers"))
    struck = annotate(simon, map, target=words("old town"), text="Which one?")
    private = annotate(
        victor, map, target=words("Traffic now goes"), text="I drive there.", visibility="private"
    )
    return {"stays": stays, "changes": changes, "struck": struck, "private": private}


@pytest.fixture
def second(article, edition, passages, alice):
    text = f"{FIRST}. Engineers had found rust in three of its piers.\n\nNobody drives there now."
    return add_edition(alice, article, text=text, note="Corrected.")


@pytest.fixture
def report(map, second):
    return f"{map.get_absolute_url()}editions/2/"


def counts(page):
    return dict(
        reversed(found)
        for found in re.findall(r"<span>(\d+) (exact|moved|placed|to confirm|orphaned)<", page)
    )


def test_who_adds_an_edition_is_told_what_became_of_what_was_anchored(
    map, article, passages, browse, alice
):
    text = f"{FIRST}. Engineers had found rust in three of its piers."
    sent = browse(alice).post(f"{map.get_absolute_url()}editions/new/", {"text": text}, follow=True)
    page = sent.content.decode()
    assert counts(page) == {"exact": "1", "to confirm": "1", "orphaned": "1"}
    assert "found cracks in two of its piers" in page
    assert "Which one?" in page


def test_what_was_struck_and_what_was_changed_is_named_with_a_way_to_it(
    map, report, passages, browse, bob
):
    page = browse(bob).get(report).content.decode()
    assert f'href="{report}passages/{passages["changes"].pk}/"' in page
    assert f'href="{report}passages/{passages["struck"].passage_id}/"' in page
    assert f'href="{report}passages/{passages["stays"].pk}/"' not in page


def test_private_words_are_counted_and_named_for_their_author_alone(
    report, passages, browse, victor, alice
):
    own, other = (browse(user).get(report).content.decode() for user in (victor, alice))
    assert (counts(own)["orphaned"], counts(other)["orphaned"]) == ("2", "1")
    assert "I drive there." in own
    assert "I drive there." not in other
    desk = f"{report}passages/{passages['private'].passage_id}/"
    assert browse(victor).get(desk).status_code == 200
    assert browse(alice).get(desk).status_code == 404


def test_what_a_moderator_hid_is_not_in_the_report(report, passages, browse, mona, bob, edith):
    hide(mona, passages["struck"], reason="Spam.")
    for user in (bob, edith):
        page = browse(user).get(report).content.decode()
        assert "Which one?" not in page
        assert "orphaned" not in counts(page)
    desk = f"{report}passages/{passages['struck'].passage_id}/"
    assert browse(edith).get(desk).status_code == 404


def test_the_desk_shows_the_words_as_chosen_and_where_they_may_stand_now(
    report, passages, browse, edith
):
    page = browse(edith).get(f"{report}passages/{passages['changes'].pk}/").content.decode()
    assert "<mark>found cracks in two of its piers</mark>" in page
    assert "<mark>found rust in three of its piers</mark>" in page
    assert "of the words" in page


def test_whoever_opens_the_desk_again_and_again_has_a_passage_looked_for_once(
    passages, report, browse, edith, monkeypatch
):
    looked, candidates = [], Searched.candidates

    def counting(*args):
        looked.append(args)
        return candidates(*args)

    monkeypatch.setattr(Searched, "candidates", counting)
    desk = f"{report}passages/{passages['changes'].pk}/"
    first, second = (browse(edith).get(desk).context["offers"] for _ in range(2))
    assert len(looked) == 1
    assert first == second != []
    browse(edith).get(f"{report}passages/{passages['struck'].passage_id}/")
    assert len(looked) == 2


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("had found cracks in two of its piers", "struck: Engineers"),
        ("Engineers had found 2 cracks in two of its piers", "added: 2"),
        ("Engineers had found cracks in 12 of its piers", "a number changed: two → 12"),
        ("Masons had found cracks in two of its piers", "a name changed: Engineers → Masons"),
        ("The engineers had found cracks in two of its piers", None),
    ],
)
def test_the_desk_says_of_a_place_which_words_were_changed_struck_or_added(
    map, article, edition, new_node, browse, alice, bob, edith, now, why
):
    text = edition.text
    start = text.index("Engineers had found")
    end = start + len("Engineers had found cracks in two of its piers")
    evidence = new_node(map, "evidence", "The report.")
    passage = anchor_node(bob, evidence, Selection(edition, start, end))
    add_edition(alice, article, text=f"{text[:start]}{now}{text[end:]}")
    page = browse(edith).get(f"{map.get_absolute_url()}editions/2/passages/{passage.pk}/")
    page = page.content.decode()
    facts = re.findall(r"<span>((?:struck|added|a \w+ changed): [^<]+)<", page)
    assert facts[:1] == ([why] if why else [])
    assert "nothing" not in page


def test_an_editor_accepts_a_place_and_comes_to_the_next(report, second, passages, browse, edith):
    start = second.text.index("found rust")
    place = {"start": start, "end": start + len("found rust in three of its piers")}
    answer = browse(edith).post(f"{report}passages/{passages['changes'].pk}/", place)
    assert answer.headers["Location"] == f"{report}passages/{passages['struck'].passage_id}/"
    placed = Placement.objects.get(passage=passages["changes"], edition=second)
    assert (placed.status, placed.start, placed.placed_by) == ("placed", start, edith)


def test_who_decides_after_another_sees_what_they_decided_and_decides_again(
    map, report, second, passages, browse, parsed, alice, edith
):
    desk = f"{report}passages/{passages['changes'].pk}/"

    def seen(user):
        page = parsed(browse(user).get(desk))
        return {each["value"] for _, each in page.elements if each.get("name") == "seen"}

    [before] = seen(edith)
    start = second.text.index("found rust")
    place = {"start": start, "end": start + 10, "seen": before}
    assert browse(alice).post(desk, place).status_code == 302
    late = browse(edith).post(desk, {"reason": "Struck.", "seen": before})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Someone else has said meanwhile" in page
    assert 'class="status placed"' in page
    assert "<mark>found rust</mark>" in page
    assert 'value="Struck."' in page
    kept = Placement.objects.get(passage=passages["changes"], edition=second)
    assert (kept.start, kept.placed_by) == (start, alice)
    [now] = seen(edith)
    assert f'name="seen" value="{now}"' in page
    assert browse(edith).post(desk, {"reason": "Struck.", "seen": now}).status_code == 302
    kept.refresh_from_db()
    assert (kept.status, kept.placed_by) == ("orphaned", edith)


def test_who_decides_on_their_own_annotation_after_an_editor_is_told_so_too(
    report, passages, browse, edith, simon
):
    desk = f"{report}passages/{passages['struck'].passage_id}/"
    assert browse(edith).post(desk, {"start": 0, "end": 5, "seen": "nobody"}).status_code == 302
    assert browse(simon).post(desk, {"start": 4, "end": 9, "seen": "nobody"}).status_code == 409


def test_who_puts_right_an_edition_is_told_when_there_is_a_newer_one(
    map, report, article, second, passages, browse, alice, edith
):
    desk = f"{report}passages/{passages['changes'].pk}/"
    newer = f'There is a newer edition. <a href="{map.get_absolute_url()}editions/3/">'
    client = browse(edith)
    pages = [client.get(address).content.decode() for address in (report, desk)]
    assert not any("newer edition" in page for page in pages)
    add_edition(alice, article, text=f"{second.text} So it is.")
    for address in (report, desk):
        assert newer in client.get(address).content.decode()
    late = client.post(desk, {"start": 5, "end": 2})  # refused, and told so there too
    assert newer in late.content.decode()
    assert client.post(desk, {"start": 0, "end": 5}).status_code == 302


def test_what_stands_nowhere_is_left_so_with_a_reason_and_waits_no_longer(
    map, report, second, passages, browse, edith, simon
):
    answer = browse(simon).post(
        f"{report}passages/{passages['struck'].passage_id}/", {"reason": "It was cut."}
    )
    assert answer.status_code == 302
    placed = Placement.objects.get(passage=passages["struck"].passage_id, edition=second)
    assert (placed.status, placed.placed_by) == ("orphaned", simon)
    assert map.journal.events.latest("seq").reason == "It was cut."
    page = browse(edith).get(report).content.decode()
    assert counts(page)["orphaned"] == "1"
    assert page.index("Left without a place") < page.index("Which one?")
    changed = f"{report}passages/{passages['changes'].pk}/"
    assert browse(edith).post(changed, {"start": 0, "end": 5}).headers["Location"] == report
    assert "Waiting for somebody" not in browse(edith).get(report).content.decode()


def test_whoever_places_their_own_is_led_to_no_other_persons(report, passages, browse, victor):
    own = f"{report}passages/{passages['private'].passage_id}/"
    assert browse(victor).post(own, {"start": 0, "end": 5}).headers["Location"] == report


def test_who_may_not_place_sees_the_desk_and_no_button(report, passages, browse, bob):
    desk = f"{report}passages/{passages['changes'].pk}/"
    page = browse(bob).get(desk).content.decode()
    assert "<button" not in page[page.index('class="desk"') : page.index("</main>")]
    assert browse(bob).post(desk, {"start": 0, "end": 5}).status_code == 403


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ({"start": "0"}, 422),
        ({"start": "5", "end": "3"}, 422),
        ({"start": "0", "end": "99999"}, 422),
        ({"start": "x", "end": "9"}, 422),
        ({"start": "9" * 5000, "end": "9" * 5001}, 422),
        ({"reason": "x" * 2001}, 422),
    ],
)
def test_a_place_that_is_none_is_refused_and_nothing_changes(
    report, second, passages, browse, edith, place, status
):
    answer = browse(edith).post(f"{report}passages/{passages['changes'].pk}/", place)
    assert answer.status_code == status
    placed = Placement.objects.get(passage=passages["changes"], edition=second)
    assert placed.placed_by is None


def test_every_edition_can_be_reached_and_an_earlier_one_says_so(map, second, browse, alice):
    base = map.get_absolute_url()
    page = browse(alice).get(f"{base}editions/").content.decode()
    assert 'href="/maps/' in page
    assert "Corrected." in page
    earlier = browse(alice).get(f"{base}?edition=1").content.decode()
    assert "This is an earlier edition." in earlier
    assert f'{base}editions/2/changes/?from=1"' in earlier
    assert "This is an earlier edition." not in browse(alice).get(base).content.decode()


def test_whoever_reads_an_earlier_edition_stays_in_it_while_they_move_about(
    map, second, claim, link, passages, browse, parsed, bob
):
    client, base = browse(bob), map.get_absolute_url()
    page = parsed(client.get(f"{base}?edition=1"))

    def follow(page, *addresses):
        for address in addresses:
            assert address in page.addresses
            page = parsed(client.get(address))
        return page

    selected = f"{base}?node=2&edition=1"
    page = follow(page, f"{selected}#n2")
    assert ("div", "1") in [(tag, each.get("data-edition")) for tag, each in page.elements]
    own = follow(page, f"{base}nodes/2/?edition=1")
    assert {f"{selected}#n2", f"{base}?edition=1#p1"} <= set(own.addresses)
    follow(own, link.get_absolute_url() + "?edition=1", f"{base}nodes/2/?edition=1")
    follow(page, f"{base}?edition=1")
    thread = f"{base}annotations/{passages['struck'].pk}/?edition=1"
    follow(parsed(client.get(thread)), f"{base}?annotation={passages['struck'].pk}&edition=1")
    forms = [each for each in page.values("href", "action") if "/new/" in each or "/edit/" in each]
    assert forms
    assert not any("edition=" in each for each in forms)


def test_whoever_writes_beside_an_earlier_edition_without_javascript_stays_in_it(
    map, second, claim, link, passages, browse, parsed, bob
):
    client, base = browse(bob), map.get_absolute_url()
    page = parsed(client.get(f"{base}?node=2&edition=1"))

    def form(leads, page=page):
        [address] = {each for each in page.values("href") if each.startswith(f"{base}{leads}")}
        return address

    def goes_on(address, **fields):
        answer = client.post(address, fields)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    answer = {"on": "2", "relation": "supports", "text": "One more."}
    address = form("write/support/")
    shown = parsed(client.get(address))
    assert f"{base}?edition=1" in shown.values("href")  # to cancel
    [action] = {each for each in shown.values("action") if "/write/" in each}
    assert f'action="{action}"' in client.post(action, answer | {"text": ""}).content.decode()
    assert goes_on(action, **answer) == f"{base}?node=4&edition=1#n4"
    [stance] = {each for each in page.values("action") if "/stance/" in each}
    assert goes_on(stance, credence="70") == f"{base}?node=2&edition=1#n2"
    note = {"node": "2", "text": "Why?", "motivation": "commenting", "visibility": "map"}
    assert goes_on(form("annotations/new/"), **note) == f"{base}?node=2&edition=1#n2"
    assert goes_on(form("nodes/2/retract/"), reason="") == f"{base}?node=2&edition=1#n2"
    step = parsed(client.get(f"{base}links/{link.pk}/?edition=1"))
    on_it = {"link": link.pk, "ground": "unsupported", "statement": "No."}
    of_step = f"{base}links/{link.pk}/?edition=1"
    assert goes_on(form("disputes/new/", step), **on_it) == of_step
    of_thread = f"{base}annotations/{passages['struck'].pk}/?edition=1"
    thread = parsed(client.get(of_thread))
    [reply] = {each for each in thread.values("action") if "/reply/" in each}
    assert goes_on(reply, text="That one.") == of_thread


def test_whoever_looks_through_annotations_and_history_from_an_earlier_edition_stays_in_it(
    map, second, passages, browse, parsed, bob
):
    client, base = browse(bob), map.get_absolute_url()
    annotate(bob, map, target=Selection(second, 0, 10), text="What?", tags=["old"])
    page = client.get(f"{base}annotations/?edition=1&motivation=commenting")
    assert '<input type="hidden" name="edition" value="1">' in page.content.decode()
    assert "?tag=old&edition=1" in parsed(page).values("href")
    other = client.get(f"{base}annotations/").content.decode()
    assert 'name="edition"' not in other
    assert 'href="?tag=old"' in other
    for number in range(60):
        annotate(bob, map, target=Selection(second, 0, 10), text=f"{number}")
    for part in ("annotations/", "history/"):
        further = parsed(client.get(f"{base}{part}?edition=1")).values("href")
        [older] = [each for each in further if each.startswith("?") and "tag" not in each]
        assert older.endswith("&edition=1")
        assert f"{base}?edition=1" in parsed(client.get(f"{base}{part}{older}")).values("href")


@pytest.mark.parametrize("number", ["2", "9", "0", "x", ""])
def test_who_writes_beside_no_earlier_edition_goes_on_in_the_newest(
    map, second, claim, browse, bob, number
):
    address = f"{map.get_absolute_url()}nodes/2/stance/?reading={number}"
    assert browse(bob).get(address).status_code == 200
    answer = browse(bob).post(address, {"credence": "70"})
    assert answer["Location"] == f"{map.get_absolute_url()}?node=2#n2"


def test_a_visitor_who_signs_in_beside_an_earlier_edition_comes_back_into_it(
    map, second, claim, browse, parsed
):
    def back(address):
        found = parsed(browse().get(address)).addresses
        asked = (parse_qs(urlsplit(each).query) for each in found if each.startswith("/accounts/"))
        return {each["next"][0] for each in asked if "next" in each}

    base = map.get_absolute_url()
    assert back(f"{base}?node=2&edition=1") == {f"{base}?node=2&edition=1"}
    assert back(f"{base}?node=2") == {f"{base}?node=2"}


def test_from_an_earlier_edition_one_comes_to_the_newest_and_moves_about_in_that(
    map, second, browse, parsed, bob
):
    client, base = browse(bob), map.get_absolute_url()
    newest = f"{base}?edition=2"
    assert newest in parsed(client.get(f"{base}?node=2&edition=1")).addresses
    assert f"{base}?node=2#n2" in parsed(client.get(newest)).addresses


def test_the_paragraphs_on_the_page_of_a_statement_lead_into_the_text(
    map, second, passages, browse, parsed, bob
):
    base = map.get_absolute_url()
    assert f"{base}#p1" in parsed(browse(bob).get(f"{base}nodes/2/")).addresses


def test_the_page_of_a_statement_says_what_stands_there_in_each_edition(
    map, second, passages, browse, parsed
):
    evidence = passages["changes"].nodes.get()
    page = browse().get(evidence.get_absolute_url()).content.decode()
    passage = page[page.index('id="passages"') :].split("</section>")[0]
    newest, first = passage.split("<li>")[1:]
    assert "there <q>found rust in three of its piers</q>" in newest
    assert "there <q>" not in first


def test_what_changed_is_shown_word_by_word(map, second, browse, alice):
    page = browse(alice).get(f"{map.get_absolute_url()}editions/2/changes/").content.decode()
    assert "<del>cracks</del>" in page
    assert "<ins>rust</ins>" in page
    assert "<ins>Nobody drives there now.</ins>" in page


@pytest.mark.parametrize(
    "address", ["editions/3/", "editions/0/", "editions/1/changes/", "editions/2/changes/?from=9",
                "editions/2/passages/999/", "editions/2/passages/99999999999999999999/"]
)  # fmt: skip
def test_what_is_not_there_is_404(map, second, browse, alice, address):
    assert browse(alice).get(map.get_absolute_url() + address).status_code == 404


def test_of_a_hidden_article_no_edition_is_shown(map, report, passages, browse, mona, simon):
    hide(mona, map.article, reason="Not theirs.")
    base = map.get_absolute_url()
    for address in (report, f"{base}editions/", f"{base}editions/2/changes/",
                    f"{report}passages/{passages['changes'].pk}/"):  # fmt: skip
        assert browse(simon).get(address).status_code == 404


def test_it_asks_as_much_of_the_database_for_many_as_for_few(
    map, edition, article, claim, new_node, browse, alice, bob
):
    def asked():
        browser = browse(alice)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(f"{map.get_absolute_url()}editions/2/").status_code == 200
        return len(queries)

    start = edition.text.index("old town")
    anchor_node(bob, claim, Selection(edition, start, start + 8))
    add_edition(alice, article, text=FIRST)
    few = asked()
    for _ in range(30):
        anchor_node(bob, new_node(map), Selection(edition, start, start + 8))
    asked()  # which looks for what was chosen since
    anchor_node(bob, claim, Selection(edition, 0, 5))
    asked()
    map.refresh_from_db()
    assert asked() <= few


def test_a_paragraph_without_end_is_not_shown_again_with_every_offer(
    map, article, claim, browse, alice, bob
):
    long = " ".join(f"word{number}" for number in range(3000))
    first = add_edition(alice, article, text=f"{long} found cracks here {long}")
    start = first.text.index("found")
    passage = anchor_node(bob, claim, Selection(first, start, start + 17))
    add_edition(alice, article, text=" ".join(f"found cracks {n} here {long}" for n in range(5)))
    page = browse(alice).get(f"{map.get_absolute_url()}editions/3/passages/{passage.pk}/")
    assert len(page.content) < 5 * len(long) + 60_000  # the text once, and the page around it


def test_the_text_tells_where_a_place_is_to_be_confirmed_until_it_is(
    map, report, passages, browse, alice, victor
):
    def marked():
        page = browse(victor).get(map.get_absolute_url()).content.decode()
        return re.findall(r'<a class="(passage[^"]*)"[^>]*>([^<]*)<', page)

    browse(alice).get(report)
    [(kinds, words)] = [each for each in marked() if "unsure" in each[0]]
    assert (kinds, words) == ("passage stands unsure", "found rust in three of its piers")
    start = map.article.editions.get(number=2).text.index(words)
    place = {"start": start, "end": start + len(words)}
    desk = f"{report}passages/{passages['changes'].pk}/"
    assert browse(alice).post(desk, place).status_code == 302
    assert ("passage stands", words) in marked()


def test_the_page_of_a_node_leads_to_the_desk_where_its_words_are_lost(
    map, report, passages, browse, victor
):
    node = passages["changes"].nodes.get()
    page = browse(victor).get(node.get_absolute_url()).content.decode()
    assert "to confirm" in page
    assert f'href="{report}passages/{passages["changes"].pk}/"' in page
    assert browse(victor).get(f"{report}passages/{passages['changes'].pk}/").status_code == 200
