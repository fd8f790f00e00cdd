"""Bringing in an article: pasted or uploaded, and what is wrong with what was sent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from argmap.articles.models import Article
from argmap.maps.models import Map
from argmap.moderation.actions import sanction

TEXT = "The bridge was closed in March.\n\nTraffic goes through the old town. 橋は美しい 🌉."


def upload(content, name="bridge.txt"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def send(browse, alice):
    """Posts the form for a new article; what is not given is as a person leaves it."""

    def send(user=alice, **data):
        data = {"title": "The bridge", "language": "en", "visibility": "private"} | data
        return browse(user).post("/articles/new/", data)

    return send


def test_a_pasted_text_becomes_an_article_and_an_empty_map_of_it(send, browse, alice):
    answer = send(
        text=TEXT, byline="A. Writer", publisher="The Paper", published_on="2024-02-29",
        url="example.org/bridge", licence_note="CC BY", question="Rebuild it?",
    )  # fmt: skip
    map = Map.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == map.get_absolute_url()
    article = map.article
    assert (article.owner, article.byline, article.publisher) == (alice, "A. Writer", "The Paper")
    assert article.published_on.isoformat() == "2024-02-29"
    assert article.url == "https://example.org/bridge"
    assert (map.question, map.visibility) == ("Rebuild it?", "private")
    assert article.editions.get().text == TEXT
    page = browse(alice).get(answer.headers["Location"]).content.decode()
    assert "Traffic goes through the old town. 橋は美しい 🌉." in page
    assert "This map has no thesis yet." in page
    assert "Rebuild it?" in page


def test_a_browsers_line_ends_become_plain_ones(send):
    send(text=TEXT.replace("\n", "\r\n"))
    assert Article.objects.get().editions.get().text == TEXT


@pytest.mark.parametrize("name", ["bridge.txt", "BRIDGE.TXT", "bridge.md", "bridge.markdown"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_read_as_utf_8_with_or_without_a_mark(send, name, mark):
    assert send(text="", file=upload(mark + TEXT.encode(), name)).status_code == 302
    assert Article.objects.get().editions.get().text == TEXT


@pytest.mark.parametrize(
    ("sent", "status", "field", "sentence"),
    [
        ({"file": upload(TEXT.encode("utf-16"))}, 422, "file", "This file is not in UTF-8."),
        ({"file": upload("Grüße".encode("latin-1"))}, 422, "file", "This file is not in UTF-8."),
        ({"file": upload(b"\xed\xa0\x80")}, 422, "file", "This file is not in UTF-8."),
        ({"file": upload(b"%PDF-1.7", "bridge.pdf")}, 422, "file", "Choose a .txt or .md file"),
        ({"file": upload(b"x" * 2_000_001)}, 413, "file", "This file has 2,000,001 bytes"),
        ({"text": "x" * 500_001}, 413, "text", "This text has 500,001 characters"),
        ({"file": upload(b"x" * 500_001)}, 413, "text", "This text has 500,001 characters"),
        ({}, 422, "text", "There is no text in this."),
        ({"text": " \r\n\r\n "}, 422, "text", "There is no text in this."),
        ({"file": upload(b"")}, 422, "text", "There is no text in this."),
        ({"file": upload(b"\n \n")}, 422, "text", "There is no text in this."),
        ({"file": upload(b"a\x00b")}, 422, "text", "NUL character"),
        ({"text": "a\x00b"}, 422, "text", "Null characters"),
        ({"text": TEXT, "file": upload(b"Another.")}, 422, "file", "not both"),
        ({"text": TEXT, "title": ""}, 422, "title", "Every article needs a title."),
        ({"text": TEXT, "title": "x" * 301}, 422, "title", "at most 300 characters"),
        ({"text": TEXT, "url": "no address"}, 422, "url", "valid URL"),
        ({"text": TEXT, "url": "javascript:alert(1)"}, 422, "url", "valid URL"),
        ({"text": TEXT, "published_on": "31 February"}, 422, "published_on", "valid date"),
        ({"text": TEXT, "visibility": "team"}, 422, "visibility", "valid choice"),
        ({"text": TEXT, "visibility": ""}, 422, "visibility", "required"),
        ({"text": TEXT, "language": "x" * 36}, 422, "language", "at most 35 characters"),
        ({"text": TEXT, "question": "x" * 501}, 422, "question", "at most 500 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    send, events, alice, sent, status, field, sentence
):
    before = events()
    answer = send(**{"text": "", "byline": "Typed by hand"} | sent)
    page = answer.content.decode()
    assert answer.status_code == status
    start = page.index(f'id="id_{field}_error"')
    assert sentence in page[start : page.index("</div>", start)]
    assert "Typed by hand" in page
    if len(sent.get("text", "")) < 1000:
        assert sent.get("text", "").strip().replace("\x00", "") in page
    assert 'aria-invalid="true"' in page or field == "visibility"
    assert events() == before
    assert not Article.objects.exists()


def test_two_articles_of_one_title_have_two_addresses(send):
    assert send(text=TEXT, visibility="public").status_code == 302
    assert send(text=TEXT, visibility="public").status_code == 302
    assert len({map.slug for map in Map.objects.all()}) == 2


def test_a_title_in_any_script_has_an_address(send, browse, alice):
    answer = send(title="橋", text=TEXT)
    assert browse(alice).get(answer.headers["Location"]).status_code == 200


def test_who_is_not_signed_in_is_asked_to_and_a_muted_person_may_not(
    send, browse, charlie, mona, events
):
    before = browse().get("/articles/new/")
    assert before.headers["Location"] == "/accounts/login/?next=%2Farticles%2Fnew%2F"
    assert send(user=None, text=TEXT).headers["Location"].startswith("/accounts/interrupted/")
    sanction(mona, charlie, kind="mute", reason="Spam.")
    count = events()
    refused = send(user=charlie, text=TEXT)
    assert refused.status_code == 403
    assert "your account is muted" in refused.content.decode()
    assert events() == count


def test_a_further_edition_is_the_owners_and_keeps_the_passages(
    browse, world, alice, edith, victor
):
    address = f"{world.map.get_absolute_url()}editions/new/"
    assert browse(alice).get(address).status_code == 200
    answer = browse(alice).post(
        address, {"text": "News. The bridge was closed in March.", "note": "Corrected"}
    )
    assert answer.headers["Location"] == f"{world.map.get_absolute_url()}editions/2/"
    edition = world.map.article.editions.get(number=2)
    assert (edition.note, edition.added_by) == ("Corrected", alice)
    placed = world.node.passages.get().placements.get(edition=edition)
    assert edition.text[placed.start : placed.end] in "The bridge was closed in March."
    again = browse(alice).post(address, {"text": "News. The bridge was closed in March."})
    assert again.status_code == 422
    assert "letter for letter" in again.content.decode()
    for user in (edith, victor):
        assert browse(user).get(address).status_code == 404
        assert browse(user).post(address, {"text": "x"}).status_code == 404
    assert world.map.article.editions.count() == 2


def test_a_map_begins_from_an_address_with_the_text_that_stands_there(browse, alice):
    client, address = browse(alice), "/articles/new/?from=address"
    sent = {"title": "The bridge", "language": "en", "visibility": "private", "text": TEXT}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "Where does the article stand?" in answer.content.decode()
    answer = client.post(address, sent | {"text": "", "url": "example.org/bridge"})
    assert answer.status_code == 422
    assert "There is no text in this." in answer.content.decode()
    assert client.post(address, sent | {"url": "example.org/bridge"}).status_code == 302
    assert Map.objects.get().article.url == "https://example.org/bridge"


def test_a_map_begins_from_nothing(browse, alice, charlie):
    client, address = browse(alice), "/articles/new/?from=nothing"
    answer = client.post(address, {"title": "", "question": "Why?", "visibility": "private"})
    assert answer.status_code == 422
    assert "Every map needs a title." in answer.content.decode()
    assert 'value="Why?"' in answer.content.decode()
    sent = {"title": "The bridge", "question": "Why?", "visibility": "private"}
    answer = client.post(address, sent)
    map = Map.objects.get()
    assert answer.headers["Location"] == map.get_absolute_url()
    assert (map.article, map.question) == (None, "Why?")
    assert client.get(map.get_absolute_url()).status_code == 200
    assert browse(charlie).get(map.get_absolute_url()).status_code == 404


def test_nothing_that_is_needed_is_called_optional(browse, alice):
    for query, needed in (("", ["text", "file"]), ("?from=address", ["url", "text", "file"])):
        page = browse(alice).get(f"/articles/new/{query}").content.decode()
        for name in needed:
            label = page.split(f'<label for="id_{name}">')[1].split("</label>")[0]
            assert "optional" not in label
        assert "optional" in page.split('<label for="id_byline">')[1].split("</label>")[0]
