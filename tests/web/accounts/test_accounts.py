"""Signing up, in and out, and a forgotten password: by forms alone."""

import re

import pytest

from argmap.accounts.models import User
from argmap.moderation.actions import sanction
from tests.conftest import person

SECRET = "a long enough secret"


@pytest.fixture
def signed_up(browse, db):
    client = browse()
    answer = client.post(
        "/accounts/signup/",
        {
            "username": "nadia",
            "email": "nadia@example.org",
            "password1": SECRET,
            "password2": SECRET,
        },
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    return client


def test_who_signs_up_is_signed_in_and_greeted(signed_up):
    page = signed_up.get("/").content.decode()
    assert "Account of nadia" in page
    assert "Successfully signed in as nadia." in page
    assert "Successfully signed in" not in signed_up.get("/").content.decode()
    assert User.objects.get(username="nadia").journal_id


def test_a_password_manager_fills_in_the_name(browse, db):
    page = browse().get("/accounts/login/").content.decode()
    assert re.search(r'<input[^>]*name="login"[^>]*autocomplete="username"', page)
    assert 'autocomplete="email"' not in page


def test_letters_are_signed_with_our_name(browse, alice, mailoutbox):
    browse().post("/accounts/password/reset/", {"email": "alice@example.org"})
    [letter] = mailoutbox
    assert letter.subject == "Argmap: Choose a new password"
    assert letter.body.endswith("\n\nArgmap, testserver")
    assert "Hello from" not in letter.body


def test_the_menu_leads_to_what_a_person_may_change(signed_up):
    page = signed_up.get("/").content.decode()
    for address in ("/accounts/email/", "/accounts/password/change/"):
        assert f'href="{address}"' in page


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("htmx", [True, False])
def test_who_was_signed_out_meanwhile_is_told_why_the_sign_in_page_comes(browse, map, claim, htmx):
    client = browse(htmx=htmx)
    answer = client.post(f"{map.get_absolute_url()}annotations/new/", {"node": 2, "text": "Oh."})
    address = answer.headers["HX-Redirect" if htmx else "Location"]
    assert "You are not signed in, so this was not saved." in client.get(address).content.decode()
    assert "was not saved" not in client.get(address).content.decode()


def test_what_is_wrong_with_a_sign_up_stands_beside_its_field(browse, alice, db):
    client = browse()
    answer = client.post(
        "/accounts/signup/",
        {"username": "alice", "email": "none", "password1": "123", "password2": "124"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "id_email_error" in page
    assert "id_username_error" in page
    assert 'value="alice"' in page
    assert 'aria-invalid="true"' in page
    assert User.objects.count() == 1


@pytest.mark.parametrize("login", ["alice", "alice@example.org", "ALICE@example.org"])
def test_one_signs_in_by_name_or_address_and_goes_on_where_one_was(browse, map, alice, login):
    client = browse()
    next_page = map.get_absolute_url()
    assert client.get(f"/accounts/login/?next={next_page}").status_code == 200
    answer = client.post(
        f"/accounts/login/?next={next_page}",
        {"login": login, "password": "secret", "next": next_page},
    )
    assert answer.headers["Location"] == next_page
    assert client.get(next_page).status_code == 200


def test_nobody_is_sent_to_another_site(browse, alice):
    data = {"login": "alice", "password": "secret", "next": "https://example.com/"}
    answer = browse().post("/accounts/login/?next=https://example.com/", data)
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(browse, alice):
    known = browse().post("/accounts/login/", {"login": "alice", "password": "wrong"})
    unknown = browse().post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    for answer in (known, unknown):
        assert "not correct" in answer.content.decode()
        assert "_auth_user_id" not in answer.wsgi_request.session


def test_a_banned_person_cannot_sign_in_and_an_open_session_ends(browse, map, victor, mona):
    client = browse(victor)
    assert client.get(map.get_absolute_url()).status_code == 200
    sanction(mona, victor, kind="ban", reason="Threats.")
    assert client.get(map.get_absolute_url()).status_code == 404
    browse_again = browse()
    browse_again.post("/accounts/login/", {"login": "victor", "password": "secret"})
    assert browse_again.get(map.get_absolute_url()).status_code == 404


def test_one_signs_out_by_a_form_only(signed_up):
    assert signed_up.get("/accounts/logout/").status_code == 200
    assert "Account of nadia" in signed_up.get("/").content.decode()
    assert signed_up.post("/accounts/logout/").headers["Location"] == "/"
    assert "Account of nadia" not in signed_up.get("/").content.decode()


def test_a_forgotten_password_is_set_anew_by_a_letter(browse, alice, mailoutbox):
    client = browse()
    answer = client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200
    [letter] = mailoutbox
    assert letter.to == ["alice@example.org"]
    [address] = re.findall(r"http://testserver(/\S+)", letter.body)
    form = client.get(address)
    form = client.get(form.headers["Location"]) if form.status_code == 302 else form
    assert "password1" in form.content.decode()
    answer = client.post(
        form.wsgi_request.path, {"password1": "quite another one", "password2": "quite another one"}
    )
    assert answer.status_code == 302
    assert browse().login(username="alice", password="quite another one")
    assert "password1" not in browse().get(address, follow=True).content.decode()


def test_nobody_learns_by_a_letter_who_has_an_account(browse, alice, mailoutbox):
    known = browse().post("/accounts/password/reset/", {"email": "alice@example.org"})
    unknown = browse().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert known.status_code == unknown.status_code


def test_who_tries_passwords_by_the_dozen_is_stopped_with_a_sentence(browse, alice):
    client = browse()
    for _ in range(15):
        answer = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert answer.status_code in (200, 429)
    assert "Too many" in answer.content.decode()
    assert "<h1" in answer.content.decode()


def test_whoever_reports_an_account_comes_back_to_it(browse, parsed, charlie):
    """Its name may hold what means something else in an address."""
    person("ann+b")
    client = browse(charlie)
    links = [each.get("href", "") for _, each in parsed(client.get("/people/ann+b/")).elements]
    [report] = [link for link in links if link.startswith("/flag/account/")]
    back = client.get(report).context["next"]
    sent = client.post(report, {"reason": "spam", "next": back})
    assert client.get(sent.headers["Location"]).context["person"].username == "ann+b"
