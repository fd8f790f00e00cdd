"""Whom moderators warned, muted or suspended is told why, until when, and what is left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from argmap.accounts.models import Sanction
from argmap.debate import actions as debate
from argmap.maps.actions import edit_node
from argmap.moderation.actions import hide, lift_sanction, sanction

PAGES = ["/", "{map}", "{map}nodes/2/", "{map}history/", "/articles/new/"]


@pytest.fixture
def map(new_map):
    return new_map("public")


@pytest.fixture
def impose(mona, bob):
    def impose(kind, reason="Spam <b>.", **more):
        return sanction(mona, bob, kind=kind, reason=reason, **more)

    return impose


@pytest.fixture
def pages(map, claim, browse):
    def pages(user, addresses=PAGES):
        client = browse(user)
        found = [client.get(each.format(map=map.get_absolute_url())) for each in addresses]
        return [response.content.decode() for response in found]

    return pages


@pytest.mark.parametrize(
    ("kind", "sentence", "still"),
    [
        ("warn", "A moderator has warned you.", "everything that you could"),
        ("mute", "Your account is muted", "annotate for yourself alone"),
        ("suspend", "Your account is suspended", "change your password"),
    ],
)
def test_every_page_tells_it_until_the_person_has_read_it(
    impose, pages, browse, bob, kind, sentence, still
):
    measure = impose(kind)
    for page in pages(bob):
        assert sentence in page
        assert "Spam &lt;b&gt;." in page
        assert still in page
    answer = browse(bob).post(f"/sanctions/{measure.pk}/read/", {"next": "/?q=x"})
    assert answer.headers["Location"] == "/?q=x"
    assert not any('class="told"' in page for page in pages(bob))
    assert Sanction.objects.get().read_at is not None


def test_it_tells_until_when(impose, pages, bob):
    impose("mute", ends_at=timezone.now() + timedelta(days=3))
    assert "until <time datetime" in pages(bob, ["/"])[0]


def test_nobody_else_is_told(impose, pages, alice, victor, mona, bob):
    pages(bob)
    impose("mute")
    pages(bob)
    for other in (None, alice, victor, mona):
        for page in pages(other):
            assert "Spam &lt;b&gt;." not in page


def test_a_page_that_a_browser_has_already_is_another_one_now(impose, map, browse, bob):
    client = browse(bob)
    client.get(map.get_absolute_url())  # which sets the cookie against forgery
    for change in (lambda: impose("warn"), lambda: read(client)):
        etag = client.get(map.get_absolute_url()).headers["ETag"]
        same = client.get(map.get_absolute_url(), headers={"If-None-Match": etag})
        assert same.status_code == 304
        change()
        anew = client.get(map.get_absolute_url(), headers={"If-None-Match": etag})
        assert anew.status_code == 200


def read(client):
    return client.post(f"/sanctions/{Sanction.objects.latest('pk').pk}/read/")


def test_only_the_person_says_that_they_have_read_it(impose, browse, alice, mona, asks_to_sign_in):
    measure = impose("warn")
    for other in (alice, mona):
        assert browse(other).post(f"/sanctions/{measure.pk}/read/").status_code == 404
    assert asks_to_sign_in(browse().post(f"/sanctions/{measure.pk}/read/"))
    assert Sanction.objects.get().read_at is None


def test_twice_is_as_good_as_once_and_elsewhere_leads_nowhere(impose, browse, bob):
    measure = impose("warn")
    for _ in range(2):
        answer = browse(bob).post(f"/sanctions/{measure.pk}/read/", {"next": "https://a.b/"})
        assert answer.headers["Location"] == "/"
    assert browse(bob).get(f"/sanctions/{measure.pk}/read/").status_code == 405


def test_what_is_over_or_lifted_is_told_no_more(impose, pages, mona, bob):
    lift_sanction(mona, impose("warn"), reason="A mistake.")
    measure = impose("mute", ends_at=timezone.now() + timedelta(days=1))
    begun = timezone.now() - timedelta(days=2)
    Sanction.objects.filter(pk=measure.pk).update(
        begins_at=begun, ends_at=begun + timedelta(days=1)
    )
    assert not any('class="told"' in page for page in pages(bob))


def test_who_has_read_it_still_sees_in_a_map_what_they_may_do(impose, pages, browse, bob):
    impose("mute")
    read(browse(bob))
    [page] = pages(bob, ["{map}"])
    assert "Your account is muted: Spam &lt;b&gt;. You can still read" in page


@pytest.mark.parametrize(
    "address",
    ["disputes/new/?node=2", "write/claim/", "nodes/2/link/", "nodes/2/edit/", "anchor/"],
)
def test_a_form_that_it_forbids_says_so_before_one_types(impose, map, claim, browse, bob, address):
    impose("mute", reason="Spam.")
    answer = browse(bob).get(f"{map.get_absolute_url()}{address}")
    assert answer.status_code == 403
    assert "your account is muted. Spam." in answer.content.decode()
    assert "<textarea" not in answer.content.decode()


def test_a_muted_person_is_offered_to_annotate_for_themself_and_told_why(
    impose, map, claim, browse, bob
):
    impose("mute", reason="Spam.")
    form = browse(bob).get(f"{map.get_absolute_url()}annotations/new/?node=2").content.decode()
    assert 'value="private" ' in form
    assert 'value="map"' not in form
    assert "your account is muted. Spam." in form


def test_the_reason_of_a_hiding_stands_where_the_words_were(
    map, claim, mona, bob, simon, victor, browse
):
    """The words themselves stand nowhere."""
    annotation = debate.annotate(simon, map, target=claim, text="zqone")
    debate.reply(bob, annotation, text="zqtwo")
    reply = annotation.replies.get()
    dispute = debate.open_dispute(simon, map, target=claim, ground="outdated", statement="zqthree")
    for target in (annotation, reply, dispute, claim):
        hide(mona, target, reason=f"Because {type(target).__name__}{target.pk} <i>.")
    base = map.get_absolute_url()
    said_of = (annotation, reply, dispute)
    said = {f"Because {type(each).__name__}{each.pk} &lt;i&gt;." for each in said_of}
    node = f"Because Node{claim.pk} &lt;i&gt;."
    for address, reasons in {
        "?node=2": {node, *said},
        "nodes/2/": {node, *said},
        "disputes/": {f"Because Dispute{dispute.pk} &lt;i&gt;."},
        f"disputes/{dispute.pk}/": {node, f"Because Dispute{dispute.pk} &lt;i&gt;."},
        f"annotations/{annotation.pk}/": said - {f"Because Dispute{dispute.pk} &lt;i&gt;."},
    }.items():
        page = browse(victor).get(base + address).content.decode()
        assert [each for each in reasons if each not in page] == [], address
        assert not any(each in page for each in ("zqone", "zqtwo", "zqthree"))
        assert claim.text not in page


def test_what_an_upheld_dispute_changed_leads_to_the_edit(
    map, claim, simon, edith, bob, browse, victor
):
    edit_node(bob, claim, version=1, text="Before it was disputed.")
    dispute = debate.open_dispute(simon, map, target=claim, ground="outdated", statement="So?")
    page = f"{map.get_absolute_url()}disputes/{dispute.pk}/"
    dispute = debate.decide_dispute(
        edith, dispute, upheld=True, decision="Yes.", what_changed="The date."
    )
    assert "The edit</a>" not in browse(victor).get(page).content.decode()
    claim.refresh_from_db()
    edit_node(bob, claim, version=claim.version, text="As it was decided.")
    map.journal.refresh_from_db()
    seq = map.journal.seq
    claim.refresh_from_db()
    edit_node(bob, claim, version=claim.version, text="And later on.")
    for address in (page, f"{map.get_absolute_url()}?node=2", claim.get_absolute_url()):
        shown = browse(victor).get(address).content.decode()
        assert f'history/?before={seq + 1}#e{seq}">The edit</a>' in shown, address


def test_whose_account_is_closed_reads_why_when_they_give_their_password(impose, browse, bob):
    bob.set_password("secret")
    bob.save()
    impose("mute", "Noise.")
    impose("ban")
    told = browse().post("/accounts/login/", {"login": "bob", "password": "secret"})
    assert told.status_code == 403
    assert "no-store" in told["Cache-Control"]
    page = told.content.decode()
    assert "This account is closed" in page
    assert "Spam &lt;b&gt;." in page
    assert "Noise." not in page
    wrong = browse().post("/accounts/login/", {"login": "bob", "password": "guessed"})
    assert "Spam" not in wrong.content.decode()
    assert "closed" not in wrong.content.decode()
