"""An article in Markdown is shown with its headings, lists, quotes, links and footnotes."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from argmap.articles.actions import Selection, WrittenAs, add_edition
from argmap.debate.actions import annotate
from argmap.maps.models import Map
from argmap.moderation.actions import hide

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

SOURCE = """# Why it was closed

The council closed it in *March*, says [the report of the town](https://example.org/?a=1&b="2").

## What was found

- Cracks, as **wide** as a finger.[^1]
- Rust.

> Nobody drove there.

[^1]: Page 9.
"""


@pytest.fixture
def structured(map, article, edition, alice):
    return add_edition(alice, article, text=SOURCE, written_as=WrittenAs.MARKDOWN)


@pytest.fixture
def read(map, structured, browse):
    """The text as a reader's page has it, without the attributes of its paragraphs."""

    def read(user=None):
        page = browse(user).get(map.get_absolute_url()).content.decode()
        text = page[page.index('id="text"') : page.index('<div class="strip"')]
        return re.sub(r' (id="p|data-number=|data-start=)[^>]*?"(?=[ >])', "", text)

    return read


def words(edition, chosen):
    start = edition.text.index(chosen)
    return Selection(edition, start, start + len(chosen))


def test_what_stands_in_markdown_is_drawn_as_what_it_is(read):
    text = read()
    assert '<h3 class="paragraph heading">Why it was closed</h3>' in text
    assert '<h4 class="paragraph heading">What was found</h4>' in text
    assert "in <em>March</em>, says" in text
    assert (
        '<a href="https://example.org/?a=1&amp;b=%222%22" rel="nofollow noopener ugc">'
        "the report of the town</a>." in text
    )
    assert '<ul><li><p class="paragraph">Cracks, as <strong>wide</strong> as a finger.' in text
    assert '<li><p class="paragraph">Rust.</p></li></ul>' in text
    assert '<blockquote><p class="paragraph">Nobody drove there.</p></blockquote>' in text
    assert '<a href="#p7">[1]</a>' in text
    assert '<div class="footnote"><p class="paragraph">[1] Page 9.</p></div>' in text


def test_a_passage_goes_over_it_as_over_any_words(read, map, structured, bob, browse):
    annotation = annotate(
        bob, map, target=words(structured, "March, says the report"), text="When?"
    )
    text = read()
    opened = text[text.index(f'data-annotations="{annotation.pk}"') :]
    assert opened.startswith(
        f'data-annotations="{annotation.pk}"><em>March</em>, says '
        '<span class="linked">the report</span></a>'
    )
    # No link stands within another: it stands behind the passage, and over what is left of it.
    assert '</a><a class="outward" href="https://example.org/' not in opened
    assert ">" + " of the town</a>." in opened


def test_where_a_passage_takes_a_whole_link_its_address_stands_behind_it(
    read, map, structured, bob
):
    annotate(bob, map, target=words(structured, "says the report of the town."), text="Which?")
    assert re.search(
        r'<span class="linked">the report of the town</span>\.</a>'
        r'<a class="outward" href="https://example\.org/[^>]*aria-label="https://example\.org/',
        read(),
    )


def test_ones_own_marks_are_drawn_over_it_too(read, map, structured, bob):
    annotate(bob, map, target=words(structured, "wide"), text="Mine.", visibility="private")
    assert re.search(r'<a class="passage private"[^>]*><strong>wide</strong></a>', read(bob))
    assert "passage" not in read()


def test_a_paragraph_that_comes_live_is_the_one_of_the_page(read, map, structured, bob, browse):
    annotate(bob, map, target=words(structured, "What was"), text="What?", visibility="private")
    page = browse(bob).get(map.get_absolute_url()).content.decode()
    came = browse(bob, htmx=True).get(f"{map.get_absolute_url()}paragraphs/3/?edition=2")
    assert came.content.decode().startswith('<h4 class="paragraph heading own" id="p3"')
    assert came.content.decode() in page


def test_the_headings_are_its_contents(read, map, structured, browse):
    page = browse().get(map.get_absolute_url()).content.decode()
    contents = page[page.index('<details class="contents">') :]
    assert '<li class="level-1"><a href="#p1">Why it was closed</a></li>' in contents
    assert '<li class="level-2"><a href="#p3">What was found</a></li>' in contents


@pytest.mark.parametrize(
    "heading", ["# The bridge", "## THE bridge", "The bridge\n===", "The bridge"]
)
def test_a_title_that_the_text_begins_with_is_shown_once_and_can_be_annotated(
    map, article, alice, bob, browse, heading
):
    assert article.title == "The bridge"
    text = f"{heading}\n\nIt was closed.\n\n# Why\n\n# When\n"
    edition = add_edition(alice, article, text=text, written_as=WrittenAs.MARKDOWN)
    annotate(bob, map, target=Selection(edition, 0, 10), text="Which?")
    page = browse().get(map.get_absolute_url()).content.decode()
    page = page[page.index('<section class="article"') : page.index('<div class="strip"')]
    assert ">Article</h2>" in page  # for who does not see it
    assert re.search(r'id="p1"[^>]*><a class="passage annotated"', page)
    assert len(re.findall("(?i)>the bridge<", page)) == 1
    assert re.findall(r'<li class="level-1"><a href="#p(\d)">', page) == ["3", "4"]


@pytest.mark.parametrize(
    "text",
    ["# A bridge\n\nThe bridge.", "It.\n\n# The bridge\n", "Plain.", "The bridge is closed."],
)
def test_a_text_that_begins_otherwise_has_its_title_above_it(map, article, alice, browse, text):
    add_edition(alice, article, text=text, written_as=WrittenAs.MARKDOWN)
    assert "<h2>The bridge</h2>" in browse().get(map.get_absolute_url()).content.decode()


def test_who_may_not_read_a_hidden_article_sees_neither_contents_nor_structure(
    map, article, structured, mona, victor, browse
):
    hide(mona, article, reason="Not yours.")
    page = browse(victor).get(map.get_absolute_url()).content.decode()
    assert "What was found" not in page
    rest = browse(victor).get(f"/api/v1/maps/{map.slug}/article/editions/2/").json()
    assert (rest["text"], rest["structure"]) == (None, None)


def test_rest_tells_what_parts_of_a_text_are(map, structured, browse):
    rest = browse().get(f"/api/v1/maps/{map.slug}/article/editions/2/").json()
    assert rest["structure"][0] == {"kind": "heading", "start": 0, "end": 17, "level": 1}


def test_an_earlier_edition_in_plain_text_stays_as_it_was(map, structured, edition, browse):
    page = browse().get(f"{map.get_absolute_url()}?edition=1").content.decode()
    assert 'class="text" id="text"' in page
    assert '<details class="contents">' not in page


@pytest.mark.parametrize(
    ("sent", "is_markdown"),
    [
        ({"file": SimpleUploadedFile("a.md", b"It is *so*.")}, True),
        ({"file": SimpleUploadedFile("a.txt", b"# It is **so**.")}, False),
        ({"file": SimpleUploadedFile("a.txt", b"It is *so*."), "written_as": "markdown"}, True),
        ({"text": "# It is so"}, True),
        ({"text": "It is *so*, or 2 * 3 is."}, False),
        ({"text": "It is *so*.", "written_as": "markdown"}, True),
        ({"text": "# It is so", "written_as": "plain"}, False),
    ],
)
def test_what_a_new_article_is_written_as_is_told_or_found_out(
    browse, alice, sent, is_markdown, map
):
    for file in sent.values():
        if hasattr(file, "seek"):
            file.seek(0)
    answer = browse(alice).post(
        "/articles/new/", {"title": "New", "visibility": "private", "language": "en"} | sent
    )
    assert answer.status_code == 302
    edition = Map.objects.latest("pk").article.editions.get()
    assert bool(edition.structure) is is_markdown
    assert ("*" in edition.text or "#" in edition.text) is not is_markdown


def test_markdown_that_cannot_be_read_says_so_and_keeps_what_was_typed(browse, alice, map):
    text = "[" * 2000
    sent = {"title": "N", "visibility": "private", "language": "en", "text": text}
    answer = browse(alice).post("/articles/new/", sent | {"written_as": "markdown"})
    assert answer.status_code == 422
    assert "bring it in as plain text, or in parts" in answer.content.decode()
    assert text in answer.content.decode()


def test_the_form_of_a_further_edition_has_the_newest_one_as_it_was_written(
    browse, map, structured, alice
):
    address = f"{map.get_absolute_url()}editions/new/"
    page = browse(alice).get(address).content.decode()
    assert "## What was found" in page
    assert 'value="markdown" selected' in page
    changed = SOURCE.replace("Rust.", "Rust, too.")
    answer = browse(alice).post(address, {"text": changed, "written_as": "markdown"})
    assert answer.status_code == 302
    newest = map.article.editions.get(number=3)
    assert len(newest.structure) == len(structured.structure)


def test_a_file_takes_the_place_of_the_text_that_stood_there(browse, map, edition, alice):
    address = f"{map.get_absolute_url()}editions/new/"
    file = SimpleUploadedFile("a.md", b"# All *new*")
    standing = edition.text.replace("\n", "\r\n")
    sent = {"text": standing, "written_as": "plain", "file": file}
    assert browse(alice).post(address, sent).status_code == 302
    newest = map.article.editions.get(number=2)
    assert newest.text == "All new"
    assert newest.structure
