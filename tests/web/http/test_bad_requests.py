"""Requests that are no proper ones: garbled bodies, wrong methods, odd addresses."""

import pytest

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PART = b"--x\r\nContent-Disposition: form-data; name="


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("body", "kind", "statuses"),
    [
        (b"\xff\xfe\x00", FORM, {422}),
        (b"text=%ED%A0%80&on=1", FORM, {302, 422}),
        (b"text=%FF%FE&on=1", FORM, {302, 422}),
        (b"text=a%00b&on=1", FORM, {422}),
        (b"%00=1&text=", FORM, {422}),
        (b"text=x&on=1", f"{FORM}; charset=utf-16", {400}),
        (b"&".join(b"a%d=" % n for n in range(1100)), FORM, {400}),
        (b"text=" + b"x" * (5 * 1024 * 1024 + 1), FORM, {413}),
        (b"garbage", MULTIPART, {400, 422}),
        (PART + b'"text"\r\n\r\nnever ends', MULTIPART, {302, 400, 422}),
        (PART + b"\xff\r\n\r\ny\r\n--x--\r\n", MULTIPART, {400, 422}),
        (b"", "multipart/form-data", {400, 422}),
        (b"", "multipart/form-data; boundary=" + "x" * 300, {400, 422}),
        (b'{"text": "x"}', "application/json", {422}),
        (b"text=x", "text/plain", {422}),
        (b"", "", {422}),
    ],
)  # fmt: skip
def test_a_garbled_body_is_refused_with_a_sentence(
    browse, world, bob, events, body, kind, statuses, htmx
):
    before = events()
    client = browse(bob, htmx=htmx)
    answer = client.post(f"{world.map.get_absolute_url()}write/support/", body, content_type=kind)
    status = 302 if htmx and answer.status_code == 200 else answer.status_code
    assert status in statuses
    assert ("<html" in answer.content.decode()) == (not htmx and status != 302)
    if status != 302:
        assert events() == before
    if status == 413:
        assert "This is too large" in answer.content.decode()
    if status == 400:
        assert "This request cannot be read" in answer.content.decode()


def test_a_visitors_garbled_body_is_refused_too(browse, new_map):
    map = new_map("public")
    for path in (f"{map.get_absolute_url()}write/support/", "/articles/new/", "/accounts/login/"):
        answer = browse().post(path, b"garbage", content_type="multipart/form-data")
        assert answer.status_code in {200, 302, 400}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_without_its_token_is_refused_with_a_sentence(browse, world, bob, events, htmx):
    before = events()
    client = browse(bob, htmx=htmx, enforce_csrf_checks=True)
    path = f"{world.map.get_absolute_url()}write/support/"
    for data in ({"text": "x", "on": 1}, {"text": "x", "on": 1, "csrfmiddlewaretoken": "x" * 64}):
        answer = client.post(path, data)
        client.get(path)  # which brings the cookie
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "This form is out of date" in page
        assert "reload the page and send" in page
        assert "What you typed is kept in this browser" in page
        assert ("Allow cookies" in page) == (len(data) == 2)
        assert ("<html" in answer.content.decode()) != htmx
    assert events() == before


def test_a_form_with_its_token_is_taken_from_field_or_header(browse, world, bob, parsed):
    client = browse(bob, enforce_csrf_checks=True)
    path = f"{world.map.get_absolute_url()}write/support/"
    page = parsed(client.get(path))
    token = next(a["value"] for _, a in page.elements if a.get("name") == "csrfmiddlewaretoken")
    data = {"text": "x", "on": 1}
    assert client.post(path, data | {"csrfmiddlewaretoken": token}).status_code == 302
    assert client.post(path, data, headers={"X-CSRFToken": token}).status_code == 302


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace", "post"])
def test_a_method_that_is_not_there_is_refused_with_a_sentence(
    browse, world, addresses, alice, events, method
):
    client, before, found = browse(alice), events(), 0
    for name, address in addresses(world):
        if method == "post" and name not in {"workspace", "history", "node", "disputes", "margin"}:
            continue
        if "moderation" in address:
            continue
        for headers in ({}, HTMX):
            answer = getattr(client, method)(address, headers=headers)
            assert answer.status_code == 405, (name, address, answer.status_code)
            assert "GET" in answer.headers["Allow"]
            if name != "stream":
                assert "This page takes no such request" in answer.content.decode()
        found += 1
    assert found > 4
    assert events() == before


def test_head_is_answered_without_a_body(browse, world, alice):
    for part in ("", "nodes/2/", "history/", "disputes/"):
        answer = browse(alice).head(world.map.get_absolute_url() + part)
        assert answer.status_code == 200
        assert answer.content == b""


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("?node=abc", 404), ("?node=99", 404), ("?node=-1", 404), ("?node=", 404),
        ("?node=%00", 404),
        ("?node=99999999999999999999", 404), ("?node=٣", 404), ("?node=1.5", 404),
        ("?edition=999", 404), ("?edition=x", 404), ("?edition=0", 404), ("?edition=%FF", 404),
        ("?other=1&%00=%FF", 200), ("?node=2&node=3", 200),
        ("history/?before=x", 200), ("history/?before=-1", 200), ("history/?before=0", 200),
        ("history/?before=99999999999999999999999", 200), ("history/?before=٣", 200),
        ("nodes/99/", 404), ("nodes/0/", 404), ("nodes/99999999999999999999/", 404),
        ("nodes/" + "9" * 5000 + "/", 404), ("nodes/x/", 404), ("nodes/2/under/99999999999/", 200),
        ("nodes/99/margin/", 404), ("links/0/", 404), ("links/99999999999999999999/", 404),
        ("annotations/0/", 404), ("annotations/99999999999999999999/", 404),
        ("disputes/0/", 404), ("disputes/99999999999999999999/", 404),
        ("outline/999999999999/", 200),
        ("write/nothing/", 404), ("write/", 404), ("%00/", 404), ("nowhere/", 404),
        ("stream", 400), ("stream?from=1", 400), ("stream?from=a.b.c", 400),
        ("stream?from=-1.0.0", 400), ("stream?from=99999999999999999999.0.0", 400),
        ("stream?from=" + "9" * 5000 + ".0.0", 400), ("stream?from=1.1.1.1", 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize("htmx", [False, True])
def test_an_odd_address_leads_to_a_sentence(browse, world, alice, part, status, htmx):
    answer = browse(alice, htmx=htmx).get(world.map.get_absolute_url() + part)
    if htmx and (status == 302 or "edition" in part):
        status = 200  # the margin, which is of no edition
    assert answer.status_code == status
    if status == 404:
        assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize("path", [
    "/?page=zzz", "/?page=0", "/?page=-1", "/?page=99", "/?page=" + "9" * 5000, "/?q=%00",
    "/?q=%FF", "/?q=%", "/?q=" + "x" * 5000, "/?q=_%25", "/?page=1&page=x", "/?q=\ud83c\udf09",
])  # fmt: skip
def test_home_bears_any_query(browse, world, alice, path):
    path = path.encode("utf-8", "surrogatepass").decode("latin-1") if "\ud83c" in path else path
    assert browse(alice).get(path).status_code == 200


def test_an_unknown_host_is_told_so(browse, db):
    answer = browse().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "This request cannot be read" in answer.content.decode()


def test_a_broken_session_or_token_cookie_is_no_error_of_ours(browse, new_map):
    map = new_map("public")
    for name in ("sessionid", "csrftoken", "messages"):
        for value in ("x", "\x7f", '"', "x" * 3000, "é"):
            client = browse()
            client.cookies[name] = value
            assert client.get(map.get_absolute_url()).status_code == 200
            assert client.get("/").status_code == 200


def test_what_breaks_on_our_side_says_that_nothing_was_saved(browse, world, bob, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("argmap.web.maps.node_forms.add_node", broken)
    for htmx in (False, True):
        client = browse(bob, htmx=htmx, raise_request_exception=False)
        data = {"text": "x", "on": 1}
        answer = client.post(f"{world.map.get_absolute_url()}write/support/", data)
        assert answer.status_code == 500
        assert "What you wrote was not saved." in answer.content.decode()
        assert "broken on purpose" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/people/%00/", "/flag/article/{}/?map=%00"])
def test_a_nul_in_an_address_leads_nowhere(browse, alice, victor, new_map, address):
    article = new_map("private").article
    assert browse(victor).get(address.format(article.pk)).status_code == 404
