"""What was sent when the session had ended goes on once its person is signed in."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.http import urlencode

from argmap.accounts.permissions import Role
from argmap.articles.models import Article
from argmap.debate.models import Annotation
from argmap.journal.once import FIELD
from argmap.maps.actions import set_visibility
from argmap.web.http.form_keys import new_key

WORDS = "A “note” with <marks> & Ж,\nin two lines."
SIGN_IN = {"login": "bob", "password": "secret"}

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def bob(bob):
    bob.set_password("secret")
    bob.save()
    return bob


def fields_of(page):
    """The hidden fields of the form of a page, as a browser sends them."""
    form = page.content.decode().split('<form class="write" method="post"', 1)[1]
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in inputs}


def without_tokens(page):
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", page)


def leads_back(page):
    """Where "Do not send it" leads."""
    return re.search(r'href="([^"]*)">Do not send it<', page.content.decode())[1]


def interrupted(client, address, data, user):
    """The page on which one signs in, for somebody whose form it was."""
    data = {**data, FIELD: new_key(user)}
    answer = client.post(address, data)
    assert answer.status_code == 307
    page = client.post(answer.headers["Location"], data)
    assert page.status_code == 403
    return page


def test_what_was_typed_is_sent_after_signing_in(browse, map, bob, new_node):
    client, node = browse(), new_node(map)
    address = reverse("annotate", args=[map.slug])
    data = {"node": node.number, "text": WORDS, "tags": "one, two", "motivation": "commenting"}
    page = interrupted(client, address, {**data, "visibility": "map"}, bob)
    assert "You are not signed in, so this was not saved." in page.content.decode()
    kept = fields_of(page)
    wrong = client.post("/accounts/login/", {**kept, **SIGN_IN, "password": "wrong"})
    assert fields_of(wrong)["kept"] == kept["kept"]
    asked = client.post("/accounts/login/", {**kept, **SIGN_IN})
    assert html.escape(WORDS.split("\n")[0]) in asked.content.decode()
    assert not Annotation.objects.exists()
    sent = client.post(address, fields_of(asked))
    assert sent.status_code == 302
    annotation = Annotation.objects.get()
    assert (annotation.text, annotation.author) == (WORDS, bob)


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/maps/{}/nodes/1/?edition=1", "/maps/{}/nodes/1/?edition=1"),
        ("http://testserver/accounts/interrupted/?to=/", "/"),
        ("http://testserver//evil.example/", "/"),
        ("https://evil.example/maps/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_who_does_not_send_it_after_all_is_back_on_the_page_that_it_was_typed_on(
    browse, map, bob, new_node, page, back
):
    client, node = browse(), new_node(map)
    address = reverse("annotate", args=[map.slug])
    data = {"node": node.number, "text": WORDS, FIELD: new_key(bob)}
    first = client.post(address, data, headers={"Referer": page.format(map.slug)})
    kept = fields_of(client.post(first.headers["Location"], data))
    led = leads_back(client.post("/accounts/login/", {**kept, **SIGN_IN}))
    assert led == back.format(map.slug)


@pytest.mark.parametrize("key", ["of Victor", "of none", "too short", "not ours"])
def test_who_signs_in_on_a_page_that_another_left_reads_and_sends_nothing_of_theirs(
    browse, map, bob, victor, new_node, key
):
    client = browse()
    keys = {"of Victor": new_key(victor), "of none": "", "too short": "ab", "not ours": "a" * 64}
    data = {"node": new_node(map).number, "text": "zqtheirs", FIELD: keys[key]}
    address = reverse("annotate", args=[map.slug])
    page = client.post(client.post(address, data).headers["Location"], data)
    asked = client.post("/accounts/login/", {**fields_of(page), **SIGN_IN})
    assert "Somebody else wrote this" in asked.content.decode()
    assert "zqtheirs" not in asked.content.decode()


def test_a_form_that_a_browser_was_given_goes_on_for_its_person(browse, map, bob, new_node):
    """The key comes from the page itself: this holds forms and the sign-in page together."""
    client, node = browse(bob), new_node(map)
    for address in (
        f"{reverse('annotate', args=[map.slug])}?node={node.number}",
        node.get_absolute_url(),
    ):
        page = client.get(address).content.decode()
        key = re.search(rf'name="{FIELD}" value="(\w+)"', page)[1]
        data = {"node": node.number, "text": WORDS, FIELD: key}
        guest = browse()
        page = guest.post(
            guest.post(reverse("annotate", args=[map.slug]), data).headers["Location"], data
        )
        asked = guest.post("/accounts/login/", {**fields_of(page), **SIGN_IN})
        assert html.escape(WORDS.split("\n")[0]) in asked.content.decode()


def test_a_new_article_is_kept_whole_but_for_its_file(browse, map, bob):
    client = browse()
    data = {"title": "Ж", "text": "Текст. " * 20_000, "language": "ru"}
    data["visibility"] = "private"
    page = interrupted(client, "/articles/new/", data, bob)
    asked = client.post("/accounts/login/", {**fields_of(page), **SIGN_IN})
    assert client.post("/articles/new/", fields_of(asked)).status_code == 302
    assert Article.objects.get(title="Ж").editions.get().text == data["text"]
    client = browse()
    page = interrupted(
        client,
        "/articles/new/",
        {**data, "text": "", "file": SimpleUploadedFile("a.txt", b"A text.")},
        bob,
    )
    asked = client.post("/accounts/login/", {**fields_of(page), **SIGN_IN})
    assert "choose it again" in asked.content.decode()


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "evil"]
)
def test_it_is_sent_to_no_other_site(browse, map, bob, to):
    client = browse()
    address = f"/accounts/interrupted/?{urlencode({'to': to})}"
    assert client.post(address, {"text": "x"}).status_code == 404
    answer = client.post("/accounts/login/", {**SIGN_IN, "kept": "[]", "kept_for": to})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "kept", ["", "{", "[1]", "[[1]]", "null", "[" * 5000, '[["a", null]]', '[["a", "\\ud800"]]']
)
def test_what_the_page_did_not_give_is_no_error(browse, map, bob, kept):
    answer = browse().post("/accounts/login/", {**SIGN_IN, "kept": kept, "kept_for": "/"})
    assert answer.status_code == 200


def test_who_signs_in_in_quiet_goes_where_they_were(browse, map, bob):
    answer = browse().post("/accounts/login/", {**SIGN_IN, "next": map.get_absolute_url()})
    assert answer.headers["Location"] == map.get_absolute_url()


def test_the_password_of_another_form_is_not_kept(browse, map, bob):
    """No form with one is answered so: this holds the list of what is kept to the form’s own."""
    data = {"text": "x", "csrfmiddlewaretoken": "zqtoken", "next": "/zqnext/"}
    page = interrupted(browse(), reverse("annotate", args=[map.slug]), data, bob)
    assert [name for name, _ in json.loads(fields_of(page)["kept"])] == ["text", FIELD]


def test_in_a_private_map_it_is_kept_like_anywhere_and_tells_of_nothing(browse, map, bob):
    """Who is not signed in is asked to, whether or not there is such a map."""
    set_visibility(map.memberships.get(role=Role.OWNER).user, map, "private")
    pages = [
        interrupted(browse(), reverse("annotate", args=[slug]), {"text": WORDS}, bob)
        for slug in (map.slug, "no-such-map")
    ]
    pages = [page.content.decode() for page in pages]
    assert without_tokens(pages[0]).replace(map.slug, "no-such-map") == without_tokens(pages[1])


def test_what_is_too_long_to_be_kept_makes_no_page_six_times_as_long(browse, map):
    """A visitor sent 5 MB of quotation marks, and the page took 35 MB and the process 400."""
    client = browse()
    data = {"text": '"' * 2_000_000}
    answer = client.post(reverse("interrupted") + "?to=/articles/new/", data)
    assert answer.status_code == 413
    assert "too long to be kept" in answer.content.decode()
    assert "it is kept" not in answer.content.decode()
    assert len(answer.content) < 10_000


@pytest.mark.parametrize("page", ["login", "signup", "reset_password", "email"])
def test_a_form_of_accounts_does_not_come_back_six_times_as_long(browse, map, bob, page):
    client = browse(bob if page == "email" else None)
    long = dict.fromkeys(["login", "next", "kept_for", "username", "email"], '"' * 900_000)
    answer = client.post(reverse(f"account_{page}"), long | {"action_add": ""})
    assert answer.status_code == 200
    assert len(answer.content) < 300_000


def test_the_longest_article_is_kept(browse, map, bob):
    client = browse()
    data = {"title": "文", "text": ("文" * 499 + "\n") * 1000, "language": "zh"}
    page = interrupted(client, "/articles/new/", data | {"visibility": "private"}, bob)
    asked = client.post("/accounts/login/", {**fields_of(page), **SIGN_IN})
    assert client.post("/articles/new/", fields_of(asked)).status_code == 302
    assert len(Article.objects.get(title="文").editions.get().text) == 499_999
