"""A button asks for the reason, calls its action, and says what came of it."""

import pytest

from argmap.accounts.models import Sanction
from argmap.accounts.permissions import Role
from argmap.journal.models import Event
from argmap.journal.writing import site_journal_id
from argmap.maps.actions import set_role
from argmap.moderation import actions

CONTRIBUTIONS = ["node", "link", "annotation", "dispute", "suggestion"]
reason = {"reason": "Breaks rule 3"}


@pytest.fixture
def press(mona, sign_in, page_of):
    """Mona presses a button, with what she filled in; gives the page that she then sees."""

    def press(obj, button, fields=reason, *, by=mona):
        return sign_in(by).post(page_of(obj, "act", button), fields, follow=True)

    return press


def said(page):
    return [str(message) for message in page.context["messages"]]


def last_event(obj=None):
    journal_id = obj.journal_id if obj is not None else site_journal_id()
    return Event.objects.filter(journal_id=journal_id).order_by("-seq").first()


def offered(page):
    return [label for label, url in page.context["buttons"]]


@pytest.mark.parametrize("name", [*CONTRIBUTIONS, "article", "map"])
def test_hide_and_restore(name, public, mona, press):
    obj = getattr(public, name)
    journal = obj if name in ("article", "map") else public.map
    page = press(obj, "hide", {**reason, "moderator_note": "Third time"})
    assert said(page) == ["Hide: done."]
    assert "Show again" in offered(page)
    assert "Hide" not in offered(page)
    event = last_event(journal)
    assert (event.verb, event.actor, event.reason) == ("hide", mona, "Breaks rule 3")
    assert event.moderator_note == ""
    assert last_event().moderator_note == "Third time"
    obj.refresh_from_db()
    assert obj.hidden

    page = press(obj, "restore")
    assert last_event(journal).verb == "restore"
    obj.refresh_from_db()
    assert not obj.hidden


def test_a_button_that_is_pressed_twice_acts_once(public, bob, press):
    fields = {**reason, "kind": "mute", "once": "k"}
    for _ in range(2):
        press(bob, "sanction", fields)
    assert Sanction.objects.filter(user=bob).count() == 1


def test_dismiss_flags(public, around, mona, press):
    page = press(public.node, "dismiss", {"moderator_note": "It is on topic"})
    assert said(page) == ["Dismiss flags: done."]
    around.flag.refresh_from_db()
    assert (around.flag.state, around.flag.handled_by) == ("dismissed", mona)
    assert (last_event().verb, last_event().moderator_note) == ("dismiss_flags", "It is on topic")
    assert "Dismiss flags" not in offered(page)


@pytest.mark.parametrize(
    ("button", "fields", "state", "hidden"),
    [("hide", reason, "acted on", True), ("dismiss", {}, "dismissed", False)],
)
def test_a_flag_is_settled_on_its_own_page(button, fields, state, hidden, public, around, press):
    page = press(around.flag, button, fields)
    assert page.status_code == 200
    around.flag.refresh_from_db()
    public.node.refresh_from_db()
    assert (around.flag.state, public.node.hidden) == (state, hidden)


def test_lock_and_unlock(public, mona, press):
    page = press(public.map, "lock")
    assert said(page) == ["Lock: done."]
    public.map.refresh_from_db()
    assert public.map.closed == "locked"
    assert (last_event(public.map).verb, last_event(public.map).actor) == ("lock_map", mona)
    press(public.map, "unlock")
    public.map.refresh_from_db()
    assert public.map.closed == ""
    assert last_event(public.map).verb == "unlock_map"


def test_archiving_is_offered_to_an_owner(public, alice, mona, press, sign_in, page_of):
    assert "Archive" not in offered(sign_in(mona).get(page_of(public.map)))
    assert "not allow" in said(press(public.map, "archive"))[0]
    set_role(alice, public.map, mona, Role.OWNER)
    page = press(public.map, "archive")
    assert last_event(public.map).verb == "archive_map"
    assert "Take out of the archive" in offered(page)
    press(public.map, "unarchive")
    assert last_event(public.map).verb == "unarchive_map"


def test_sanction_and_lift(charlie, mona, press):
    fields = {"kind": "mute", "reason": "Rude", "ends_at": "2099-01-31T12:00"}
    page = press(charlie, "sanction", fields)
    assert said(page) == ["Sanction: done."]
    measure = Sanction.objects.get(user=charlie)
    assert (measure.kind, measure.reason, measure.imposed_by) == ("mute", "Rude", mona)
    assert measure.ends_at.isoformat() == "2099-01-31T12:00:00+00:00"
    assert last_event(charlie).verb == last_event().verb == "sanction"
    press(measure, "lift")
    measure.refresh_from_db()
    assert measure.lifted_at
    assert last_event(charlie).verb == "lift_sanction"


def test_make_and_end_a_moderator(bob, press):
    page = press(bob, "make-moderator", {})
    bob.refresh_from_db()
    assert bob.is_moderator
    assert last_event(bob).verb == last_event().verb == "make_moderator"
    assert "End as moderator" in offered(page)
    press(bob, "end-moderator", {})
    bob.refresh_from_db()
    assert not bob.is_moderator


def test_nobody_is_offered_to_sanction_themself(mona, sign_in, press, page_of):
    assert offered(sign_in(mona).get(page_of(mona))) == []
    fields = {"kind": "warn", "reason": "Rude"}
    assert said(press(mona, "sanction", fields)) == ["You cannot sanction yourself."]


def test_without_a_reason_the_form_comes_again(public, press):
    page = press(public.node, "hide", {"reason": " ", "moderator_note": "Third time"})
    assert page.status_code == 422
    assert "Third time" in page.content.decode()
    assert page.context["form"].errors["reason"]
    public.node.refresh_from_db()
    assert not public.node.hidden


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "ban", "reason": "Rude", "ends_at": "2099-01-31T12:00"}, "__all__"),
        ({"kind": "mute", "reason": "Rude", "ends_at": "1999-01-31T12:00"}, "__all__"),
        ({"kind": "mute", "reason": "x" * 2001}, "reason"),
        ({"kind": "mute", "reason": "Rude", "moderator_note": "x" * 5001}, "moderator_note"),
        ({"kind": "exile", "reason": "Rude"}, "kind"),
    ],
)
def test_what_an_action_finds_wrong_stands_at_its_field(fields, field, charlie, press):
    page = press(charlie, "sanction", fields)
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not Sanction.objects.exists()


def test_someone_was_quicker(public, mona, press):
    actions.hide(mona, public.node, reason="Spam")
    assert said(press(public.node, "hide")) == ["This is hidden already."]
    assert said(press(public.map, "unlock")) == ["This map is not locked."]
    assert said(press(public.node, "dismiss", {})) == ["No flag is open on this any more."]


def test_who_runs_the_server_does_not_moderate(public, charlie, olga, press, sign_in, page_of):
    assert offered(sign_in(olga).get(page_of(public.node))) == []
    page = press(public.node, "hide", by=olga)
    assert page.status_code == 200
    assert "your role here does not allow it" in said(page)[0]
    page = press(charlie, "sanction", {"kind": "ban", "reason": "Rude"}, by=olga)
    assert "may not sanction" in said(page)[0]
    assert not Sanction.objects.exists()


def test_an_account_is_not_hidden(charlie, press):
    page = press(charlie, "hide")
    assert page.status_code == 422
    assert "sanctioned, not hidden" in page.content.decode()


def test_there_is_no_such_button(public, mona, press, sign_in, page_of):
    assert press(public.node, "explode").status_code == 404
    assert press(public.citation, "hide").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outsider_has_no_buttons(method, public, alice, sign_in, page_of):
    address = page_of(public.node, "act", "hide")
    answer = getattr(sign_in(alice), method)(address, reason, follow=True)
    assert answer.status_code == 404
    assert getattr(sign_in(None), method)(address, reason).status_code == 302
    public.node.refresh_from_db()
    assert not public.node.hidden


def test_what_is_not_a_moderators_to_see_has_no_buttons(private, press):
    page = press(private.node, "hide")
    assert "doesn’t exist" in said(page)[0]
    private.node.refresh_from_db()
    assert not private.node.hidden


@pytest.mark.parametrize("name", [*CONTRIBUTIONS, "article", "map"])
def test_the_single_thing_that_was_flagged_can_be_hidden_and_restored(name, private, victor, press):
    obj = getattr(private, name)
    actions.flag(victor, obj, reason="privacy")
    assert said(press(obj, "hide")) == ["Hide: done."]
    obj.refresh_from_db()
    assert obj.hidden
    page = press(obj, "restore")
    assert said(page) == ["Show again: done."]
    # What was restored in a private map is none of a moderator's business any more.
    assert "buttons" not in page.context


def test_a_flagged_private_map_can_be_locked_and_unlocked(private, bob, press):
    actions.flag(bob, private.map, reason="spam")
    press(private.map, "lock")
    press(private.map, "dismiss", {})
    assert said(press(private.map, "unlock")) == ["Unlock: done."]
    private.map.refresh_from_db()
    assert private.map.closed == ""
