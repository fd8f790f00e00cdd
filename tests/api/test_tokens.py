import base64

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from argmap.accounts.actions import issue_token, revoke_token
from argmap.accounts.models import ApiToken
from argmap.moderation.actions import sanction


@pytest.fixture
def with_token(api):
    def with_token(secret):
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return with_token


@pytest.fixture
def by_password(api):
    def by_password(user, password="secret"):
        pair = base64.b64encode(f"{user.username}:{password}".encode()).decode()
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"Basic {pair}")
        return client

    return by_password


def test_a_person_makes_a_token_and_it_speaks_for_them(by_password, alice, map, with_token):
    answer = by_password(alice).post("tokens/", {"name": "script"})
    assert answer.status_code == 201, answer.data
    assert answer["Cache-Control"] == "no-store"
    client = with_token(answer.data["secret"])
    assert client.get(f"maps/{map.slug}/").data["role"] == "owner"
    written = client.post(f"maps/{map.slug}/nodes/", {"kind": "thesis", "text": "By script."})
    assert written.data["author"]["id"] == alice.pk


def test_whoever_has_a_session_alone_makes_none(api, alice):
    answer = api(alice).post("tokens/")
    assert answer.status_code == 403
    assert "password" in answer.data["detail"]
    assert not ApiToken.objects.exists()


def test_the_secret_is_shown_once_and_kept_nowhere(api, by_password, alice):
    made = by_password(alice).post("tokens/").data
    listed = api(alice).get("tokens/")
    assert [row["id"] for row in listed.data["results"]] == [made["id"]]
    assert made["secret"] not in listed.content.decode()
    assert made["secret"] not in str(ApiToken.objects.values())


def test_a_name_and_a_password_make_a_token_and_nothing_else(api, alice, map):
    client = api()
    pair = base64.b64encode(b"alice:secret").decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {pair}")
    assert client.post("tokens/").status_code == 201
    assert client.get(f"maps/{map.slug}/").status_code == 404


@pytest.mark.parametrize("pair", [b"alice:wrong", b"nobody:secret", b"a\x00b:secret", b"alice"])
def test_a_wrong_password_makes_none(api, alice, pair):
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(pair).decode())
    assert client.post("tokens/").status_code == 401
    assert not ApiToken.objects.exists()


def test_guessing_passwords_is_slowed_down(api, alice):
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(b"alice:no").decode())
    answers = [client.post("tokens/").status_code for _ in range(12)]
    assert answers[0] == 401
    assert answers[-1] == 429


@pytest.mark.parametrize(("verified", "status"), [(True, 201), (False, 401)])
def test_where_addresses_are_verified_a_password_alone_does_not_do(
    api, alice, settings, verified, status
):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    alice.emailaddress_set.create(email=alice.email, verified=verified, primary=True)
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(b"alice:secret").decode())
    assert client.post("tokens/").status_code == status


def test_a_visitor_makes_none(api):
    for answer in (api().get("tokens/"), api().post("tokens/"), api().delete("tokens/1/")):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"]


def test_a_token_makes_no_other_token(alice, with_token):
    _, secret = issue_token(alice, name="one")
    assert with_token(secret).post("tokens/").status_code == 403
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_is_none_and_a_second_time_is_a_conflict(api, alice, with_token):
    token, secret = issue_token(alice, name="one")
    assert with_token(secret).delete(f"tokens/{token.pk}/").status_code == 204
    assert with_token(secret).get("maps/").status_code == 401
    assert api(alice).delete(f"tokens/{token.pk}/").status_code == 409


def test_nobody_revokes_the_token_of_another(api, alice, bob, with_token):
    token, secret = issue_token(alice, name="one")
    assert api(bob).delete(f"tokens/{token.pk}/").status_code == 404
    assert api(bob).get("tokens/").data["results"] == []
    assert with_token(secret).get("maps/").status_code == 200


def test_the_token_of_a_banned_person_is_none(alice, mona, with_token):
    _, secret = issue_token(alice, name="one")
    sanction(mona, alice, kind="ban", reason="Spam.")
    assert with_token(secret).get("maps/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "bearer x y", "Bearer \xff", "Bearer " + "x" * 9999]
)
def test_what_is_no_token_is_refused_even_where_a_visitor_may_read(api, public_map, header):
    answer = api().get(f"maps/{public_map.slug}/", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_write_by_session_needs_the_csrf_token(api, alice, map):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    path = f"/api/v1/maps/{map.slug}/nodes/"
    body = {"kind": "thesis", "text": "Forged."}
    assert client.post(path, body).status_code == 403
    assert not map.nodes.exists()
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    assert client.post(path, body, headers={"x-csrftoken": "a" * 32}).status_code == 201


def test_a_write_by_token_needs_none(alice, map):
    _, secret = issue_token(alice, name="one")
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    path = f"/api/v1/maps/{map.slug}/nodes/"
    assert client.post(path, {"kind": "thesis", "text": "Fine."}).status_code == 201


def test_reading_sets_no_cookie(api, public_map):
    assert not api().get(f"maps/{public_map.slug}/nodes/").cookies


def test_revoking_by_the_action_is_the_same(alice, with_token):
    token, secret = issue_token(alice, name="one")
    revoke_token(alice, token)
    assert with_token(secret).get("maps/").status_code == 401
