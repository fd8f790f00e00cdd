"""Nobody takes an account: what a stolen session, a stolen token and a guesser come to."""

import base64
import os
import re
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import caches
from django.db import connection

from argmap.accounts.actions import issue_token, set_password
from argmap.accounts.models import ApiToken, User
from argmap.journal.models import Change
from argmap.moderation.actions import sanction

NEW = "quite another one"


@pytest.fixture
def hashes(monkeypatch):
    """The passwords that were hashed: what takes the time, and so would tell who is known."""
    seen, encode = [], MD5PasswordHasher.encode

    def count(self, password, salt):
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return seen


@pytest.fixture
def token(alice):
    return issue_token(alice, name="script")


def works(browse, secret):
    answer = browse().get("/api/v1/tokens/", headers={"authorization": f"Bearer {secret}"})
    return answer.status_code == 200


def sign_in(browse, login="alice", password="secret", address="127.0.0.1"):
    return browse(REMOTE_ADDR=address).post(
        "/accounts/login/", {"login": login, "password": password}
    )


def basic(login, password):
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


# Tokens and sessions end with the password


def test_a_changed_password_ends_tokens_and_other_sessions(browse, alice, token, mailoutbox):
    row, secret = token
    here, stolen = browse(), browse()
    for client in (here, stolen):
        client.post("/accounts/login/", {"login": "alice", "password": "secret"})
    assert works(browse, secret)
    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": "secret", "password1": NEW, "password2": NEW},
    )
    assert answer.status_code == 302
    assert not works(browse, secret)
    assert "Account of Alice" in here.get("/").content.decode()
    assert "Account of Alice" not in stolen.get("/").content.decode()
    assert [letter.to for letter in mailoutbox] == [["alice@example.org"]]
    assert "password" in mailoutbox[0].subject.lower()
    event = alice.journal.events.last()
    assert (event.verb, event.actor) == ("set_password", alice)
    assert event.changes.get().object_id == row.pk


def test_a_password_that_was_set_by_a_letter_ends_them_too(browse, alice, token, mailoutbox):
    client = browse()
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    [address] = re.findall(r"http://testserver(/\S+)", mailoutbox[0].body)
    form = client.get(address, follow=True)
    client.post(form.wsgi_request.path, {"password1": NEW, "password2": NEW})
    assert sign_in(browse, password=NEW).status_code == 302
    assert not works(browse, token[1])


def test_also_where_no_action_was_at_hand(browse, alice, token):
    alice.set_password(NEW)
    alice.save()
    assert not works(browse, token[1])


def test_a_suspended_person_ends_their_tokens(browse, alice, bob, mona, token):
    other, other_secret = issue_token(alice, name="other")
    sanction(mona, alice, kind="suspend", reason="Spam.")
    suspended = User.objects.get(pk=alice.pk)
    assert browse(suspended).delete(f"/api/v1/tokens/{other.pk}/").status_code == 204
    assert not works(browse, other_secret)
    set_password(suspended, suspended, NEW)
    assert not works(browse, token[1])
    assert not Change.objects.filter(text__contains=NEW).exists()


# Addresses


@pytest.fixture
def with_two(alice):
    for email, primary in (("alice@example.org", True), ("second@example.org", False)):
        EmailAddress.objects.create(user=alice, email=email, primary=primary, verified=True)
    return alice


DEEDS = {
    "add": {"action_add": "", "email": "thief@example.org"},
    "prefer": {"action_primary": "", "email": "second@example.org"},
    "remove": {"action_remove": "", "email": "second@example.org"},
}


def addresses(user):
    return set(user.emailaddress_set.values_list("email", "primary"))


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_has_a_session_alone_changes_no_address(browse, with_two, deed):
    before = addresses(with_two)
    client = browse(with_two)
    answer = client.post("/accounts/email/", DEEDS[deed])
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    wrong = client.post(answer.headers["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    assert addresses(with_two) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_with_the_password_it_is_done_and_the_old_address_told(browse, with_two, mailoutbox, deed):
    before = addresses(with_two)
    client = browse(with_two)
    asked = client.post("/accounts/email/", DEEDS[deed]).headers["Location"]
    client.post(asked, {"password": "secret"})
    assert addresses(with_two) != before
    told = [letter for letter in mailoutbox if letter.to == ["alice@example.org"]]
    assert [DEEDS[deed]["email"] in letter.body for letter in told] == [True]


def test_an_account_that_never_opened_this_page_has_its_old_address_told_too(
    browse, alice, mailoutbox
):
    client = browse(alice)
    asked = client.post("/accounts/email/", DEEDS["add"]).headers["Location"]
    client.post(asked, {"password": "secret"})
    assert ["alice@example.org"] in [letter.to for letter in mailoutbox]


def test_the_address_that_we_write_to_stays(browse, alice):
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    client = browse(alice)
    remove = {"action_remove": "", "email": alice.email}
    asked = client.post("/accounts/email/", remove).headers["Location"]
    client.post(asked, {"password": "secret"})
    assert addresses(alice) == {("alice@example.org", True)}


# Limits of attempts


def test_guessing_from_elsewhere_locks_out_nobody(browse, alice):
    for _ in range(12):
        guess = sign_in(browse, password="wrong", address="192.0.2.7")
    assert guess.status_code == 429
    assert sign_in(browse, address="198.51.100.1").status_code == 302


def test_too_many_guesses_are_told_when_to_try_again(browse, alice):
    answers = [sign_in(browse, password="wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "300"
    assert "Try again in five minutes" in answers[-1].content.decode()
    assert sign_in(browse).status_code == 429


@pytest.mark.parametrize("spelling", ["ALICE", "ａlice"])
def test_another_spelling_of_the_name_gives_no_more_guesses(browse, alice, spelling):
    for _ in range(5):
        sign_in(browse, password="wrong")
    assert sign_in(browse, login=spelling, password="wrong").status_code == 429


def test_many_names_from_one_address_are_limited(browse, db):
    answers = [sign_in(browse, login=f"name{n}", password="wrong") for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


@pytest.mark.parametrize("method", ["get", "post"])
def test_so_are_passwords_in_a_header_whatever_the_method(browse, alice, method):
    def ask(password):
        header = {"authorization": basic("alice", password)}
        return getattr(browse(), method)("/api/v1/tokens/", headers=header)

    answers = [ask("wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "300"
    assert "wrong passwords" in answers[-1].json()["detail"]


@pytest.mark.parametrize(
    ("path", "data", "limit"),
    [
        ("/accounts/signup/", {}, 20),
        ("/accounts/password/reset/", {"email": ""}, 20),
        ("/accounts/password/reset/key/1-x/", {}, 20),
    ],
)
def test_every_other_door_has_its_limit(browse, db, path, data, limit):
    for n in range(limit + 1):
        answer = browse().post(
            path, data | ({"email": f"{n}@example.org"} if "email" in data else {})
        )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Try again in a minute" in answer.content.decode()


def test_an_address_gets_no_sixth_letter_and_nobody_else_is_refused_one(browse, alice, mailoutbox):
    for n in range(7):
        browser = browse(REMOTE_ADDR=f"192.0.2.{n}")
        answer = browser.post("/accounts/password/reset/", {"email": "Alice@example.org"})
        assert answer.status_code == 302
    assert len(mailoutbox) == 5


def test_whoever_tries_many_names_empties_no_limit(browse, alice):
    for _ in range(6):
        sign_in(browse, password="wrong")
    full = caches["default"]
    full._max_entries = 20
    try:
        for n in range(60):
            full.set(f"another-{n}", [1.0], 300)
    finally:
        full._max_entries = 10_000
    assert sign_in(browse).status_code == 429


def test_what_has_run_out_is_forgotten(db):
    attempts = caches["default"]
    attempts._max_entries = 5
    try:
        for n in range(9):
            attempts.set(f"old-{n}", 1, -5)
        attempts.set("new", 1, 300)
    finally:
        attempts._max_entries = 10_000
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM accounts_attempt")
        kept = {key for (key,) in cursor.fetchall()}
    assert ":1:new" in kept
    assert not kept & {f":1:old-{n}" for n in range(5)}


GUESS = """
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
header = {"authorization": "Basic YWxpY2U6d3Jvbmc="}  # alice:wrong
answer = Client().get("/api/v1/tokens/", headers=header)
print(answer.status_code)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_and_one_started_anew_go_on_counting(browse, alice):
    for _ in range(5):
        assert sign_in(browse, password="wrong").status_code == 200
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else ""
    database = url or re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "argmap.settings",
    }
    other = subprocess.run(
        [sys.executable, "-c", GUESS], env=environment, capture_output=True, text=True, check=False
    )
    assert other.stdout.strip() == "429", other.stderr


def test_a_page_that_is_looked_at_writes_no_attempt(browse, alice, django_assert_num_queries):
    client = browse()
    with django_assert_num_queries(0):
        assert client.get("/accounts/login/").status_code == 200


# Known and unknown take as long


@pytest.mark.parametrize(
    "login", ["alice", "ALICE", "alice@example.org", "nobody", "no@example.org"]
)
def test_a_wrong_password_costs_one_hash_whether_the_name_is_known_or_not(
    browse, alice, hashes, login
):
    assert sign_in(browse, login, "wrong").status_code == 200
    assert len(hashes) == 1
    browse().get("/api/v1/tokens/", headers={"authorization": basic(login, "wrong")})
    assert len(hashes) == 2


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_a_forgotten_password_costs_one_letter_whether_the_address_is_known_or_not(
    browse, alice, hashes, mailoutbox, email
):
    browse().post("/accounts/password/reset/", {"email": email})
    assert [letter.to for letter in mailoutbox] == [[email]]
    assert not hashes


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@example.org", "new@example.org"])
def test_a_sign_up_costs_one_hash_and_one_letter_whether_the_address_is_known_or_not(
    browse, alice, settings, hashes, mailoutbox, email
):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    hashes.clear()
    fields = {"username": "nadia", "email": email, "password1": NEW, "password2": NEW}
    answer = browse().post("/accounts/signup/", fields)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert [letter.to for letter in mailoutbox] == [[email.lower()]]
    assert len(hashes) == 1


# Names at the door


@pytest.mark.parametrize("name", ["mоderаtоr", "ｍoderator", "admin", "..", "ALICE", "ａlice"])
def test_who_signs_up_as_another_is_refused_beside_the_field(browse, alice, name):
    fields = {"username": name, "email": "n@example.org", "password1": NEW, "password2": NEW}
    answer = browse().post("/accounts/signup/", fields)
    assert answer.status_code == 200
    assert "id_username_error" in answer.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize("login", ["ALICE", "ａlice", "Alice@Example.ORG"])
def test_one_signs_in_whatever_the_case(browse, alice, login):
    assert sign_in(browse, login).status_code == 302


def test_beyond_ascii_too(browse, db):
    User.objects.create_user("Élan", password="secret")
    assert sign_in(browse, "éLAN").status_code == 302


def test_two_who_sign_up_at_once_under_one_name_make_one_account(browse, alice, monkeypatch):
    monkeypatch.setattr("argmap.accounts.sign_in.Adapter.clean_username", lambda self, name: name)
    fields = {"username": "Alice", "email": "n@example.org", "password1": NEW, "password2": NEW}
    answer = browse().post("/accounts/signup/", fields)
    assert answer.status_code == 409
    assert "has this username or address" in answer.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize("length", [50_001, 1_000_000])
def test_a_name_of_any_length_gets_an_answer(browse, db, length):
    name = "a" * length
    answer = sign_in(browse, name)
    assert answer.status_code == 200
    assert "at most 320 characters" in answer.content.decode()
    header = {"authorization": basic(name, "secret")}
    assert browse().get("/api/v1/tokens/", headers=header).status_code == 401
    assert not ApiToken.objects.exists()
