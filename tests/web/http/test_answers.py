"""What every answer says of itself: who may keep it, and that it comes compressed."""

import gzip
import re

import pytest
from django.core.cache import caches
from django.core.management import call_command

from argmap.web.http.compression import compressed

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/"),
        ("get", "/nowhere/"),
        ("get", "/accounts/login/"),
        ("get", "/accounts/logout/"),
        ("get", "/articles/new/"),
        ("get", "/admin/"),
        ("get", "/admin/login/"),
        ("get", "/api/v1/maps/"),
        ("get", "/api/v1/nowhere/"),
        ("get", "/api/v1/schema/"),
        ("put", "/"),
        ("delete", "/api/v1/maps/"),
        ("post", "/accounts/login/"),
        ("get", "/static/css/base.css"),
        ("get", "/maps"),
    ],
)
@pytest.mark.django_db
def test_every_answer_says_who_may_keep_it(browse, method, path):
    answer = getattr(browse(), method)(path)
    assert answer.status_code < 500
    kept = answer.headers["Cache-Control"]
    assert path.startswith("/static/") or {"private", "no-store"} & set(kept.split(", "))


def test_also_when_something_breaks(browse, monkeypatch, world, bob):
    monkeypatch.setattr("argmap.web.maps.node_forms.add_node", None)
    client = browse(bob, raise_request_exception=False)
    answer = client.post(f"{world.map.get_absolute_url()}write/support/", {"text": "x", "on": 1})
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_leave_compressed_to_whom_it_suits(browse, world, alice):
    client, address = browse(alice), world.map.get_absolute_url()
    plain = client.get(address)
    answer = client.get(address, headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.content) < len(plain.content) / 3
    assert b"</html>" in gzip.decompress(answer.content)
    for refused in ("", "br", "gzip;q=0", "identity, gzip; q=0.0"):
        answer = client.get(address, headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer.headers


def test_a_compressed_page_is_still_unchanged(browse, world, alice):
    client, address = browse(alice), world.map.get_absolute_url()
    client.get(address)
    etag = client.get(address, headers=GZIP).headers["ETag"]
    assert etag.startswith('W/"')
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = client.get(address, headers=GZIP | {"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(address, headers=GZIP | {"If-None-Match": 'W/"x"'}).status_code == 200


def test_its_length_does_not_say_how_well_a_guess_fits():
    """BREACH: https://www.breachattack.com/ ; the padding is that of Django's own middleware."""
    assert len({len(compressed(b"guess" * 500)) for _ in range(40)}) > 5


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_an_edition_that_does_not_exist_is_neither_rendered_nor_kept(browse, world, monkeypatch):
    client, address = browse(), world.map.get_absolute_url()
    assert client.get(f"{address}?edition=1").status_code == 200
    before = len(caches["pages"]._store.kept)
    monkeypatch.setattr("argmap.web.workspace.panes._shared_part", None)
    for number in (2, 100, 5000):
        assert client.get(f"{address}?edition={number}").status_code == 404
    assert len(caches["pages"]._store.kept) == before


def test_files_are_collected_under_names_that_change_with_them(tmp_path, settings):
    """As `make run` does it: also the modules that a module imports."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "argmap.web.http.static.HashedModules"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    [main] = tmp_path.glob("js/main.*.js")
    imported = [
        line for line in main.read_text().splitlines() if "from" in line or "import" in line
    ]
    assert imported
    for line in imported:
        name = line.partition('"./')[2].partition('"')[0]
        assert (tmp_path / "js" / name).exists(), line
        assert len(name.split(".")) == 3, line
    [page] = tmp_path.glob("css/workspace.*.css")
    assert page.with_suffix(".css.gz").exists()
    assert not (tmp_path / "css" / "workspace.css").exists()
    [every_page] = tmp_path.glob("css/every-page.*.css")
    assert every_page.with_suffix(".css.gz").exists()
    told = every_page.read_text()
    assert told.index("@font-face") < told.index("--paper:") < told.index(".wordmark")
    assert 'url("../vendor/inter-latin-wght-normal.' in told


@pytest.mark.parametrize("collected", [False, True])
def test_a_page_waits_for_one_style_sheet_of_every_page_where_they_are_collected(
    browse, tmp_path, settings, collected
):
    if collected:
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = settings.STORAGES | {
            "staticfiles": {"BACKEND": "argmap.web.http.static.HashedModules"}
        }
        call_command("collectstatic", interactive=False, verbosity=0)
    page = browse().get("/").content.decode()
    named = re.findall(r'rel="stylesheet" href="/static/css/([a-z-]+)\.', page)
    alone = ["fonts", "tokens", "base", "nodes", "talk", "forms", "text"]
    assert named == [*(["every-page"] if collected else alone), "reading", "home"]
