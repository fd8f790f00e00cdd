"""Citations are rows of fields: one more when it is asked for, and none lost."""

import pytest

from argmap.maps import actions
from argmap.maps.models import Citation

ALL = ("title", "url", "doi", "locator", "quote")


@pytest.fixture
def address(map, claim):
    return f"{map.get_absolute_url()}nodes/{claim.number}/edit/"


@pytest.fixture
def cited(claim, bob):
    rows = [
        {
            "title": "A book",
            "doi": "10.1000/a",
            "url": "https://example.org/",
            "quote": "So | is",
        },
        {"doi": "10.1000/b", "locator": "p. 7"},
    ]
    return actions.edit_node(bob, claim, version=1, citations=rows)


def sent(*rows, **more):
    fields = {
        f"citation-{n}-{name}": text for n, row in enumerate(rows) for name, text in row.items()
    }
    return {"text": "The town needs the bridge.", "citations": len(rows), **fields, **more}


def stored(node):
    return [
        {name: text for name in ALL if (text := getattr(each, name))}
        for each in node.citations.order_by("pk")
    ]


def test_a_form_shows_each_and_an_empty_row(browse, address, cited, bob):
    page = browse(bob).get(address).content.decode()
    assert 'name="citations" value="3"' in page
    assert 'value="https://example.org/"' in page
    assert 'value="10.1000/b"' in page
    assert '<details class="folded" open>' in page


def test_what_is_left_as_it_was_stays_as_it_was(browse, address, cited, bob):
    before = stored(cited)
    rows = [
        {"title": "A book", "address": "https://example.org/", "quote": "So | is"},
        {"address": "10.1000/b", "locator": "p. 7"},
        {},
    ]
    answer = browse(bob).post(address, sent(*rows, version=2, detail="More."))
    assert answer.status_code == 302
    assert stored(cited) == before


def test_a_page_without_rows_takes_none_away(browse, address, cited, bob):
    before = stored(cited)
    browse(bob).post(address, {"text": "Other words.", "version": 2})
    assert stored(cited) == before


def test_one_is_changed_one_taken_away_and_one_added(browse, address, cited, bob):
    rows = [
        {"title": "A book", "address": "https://example.com/", "quote": "So | is"},
        {"address": "", "locator": ""},
        {"title": "New", "address": "https://doi.org/10.1000/c", "quote": "two\r\nlines"},
    ]
    answer = browse(bob).post(address, sent(*rows, version=2))
    assert answer.status_code == 302
    assert stored(cited) == [
        {
            "title": "A book",
            "url": "https://example.com/",
            "doi": "10.1000/a",
            "quote": "So | is",
        },
        {"title": "New", "doi": "10.1000/c", "quote": "two lines"},
    ]


@pytest.mark.parametrize(
    ("address_typed", "fields"),
    [
        ("10.1000/x.1", {"doi": "10.1000/x.1"}),
        ("doi:10.1000/x", {"doi": "10.1000/x"}),
        ("http://dx.doi.org/10.1000/x", {"doi": "10.1000/x"}),
        ("example.org/a", {"url": "https://example.org/a"}),
        ("https://example.org/10.1000/x", {"url": "https://example.org/10.1000/x"}),
    ],
)
def test_what_is_pasted_is_an_address_or_a_doi(browse, map, thesis, bob, address_typed, fields):
    data = sent({"address": address_typed}, on=1)
    assert browse(bob).post(f"{map.get_absolute_url()}write/evidence/", data).status_code == 302
    citation = Citation.objects.get()
    assert {name: getattr(citation, name) for name in fields} == fields


@pytest.mark.parametrize("htmx", [False, True])
def test_one_more_row_comes_with_what_was_typed_and_writes_nothing(
    browse, map, address, cited, bob, events, htmx
):
    before = events()
    rows = [{"title": "Mine", "address": "no address"}, {"locator": "p. 9"}, {}]
    answer = browse(bob, htmx=htmx).post(address, sent(*rows, version=2, more="1", detail="*D*"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="citations" value="4"' in page
    for typed in ('value="Mine"', 'value="no address"', 'value="p. 9"', "*D*"):
        assert typed in page
    assert "valid URL" not in page
    new = (
        browse(bob, htmx=htmx)
        .post(
            f"{map.get_absolute_url()}write/claim/",
            sent({"title": "X"}, on="#1 The thesis", relation="opposes", more="1"),
        )
        .content.decode()
    )
    assert 'name="citations" value="2"' in new
    assert 'value="#1 ' in new
    assert (
        'value="opposes" id="id_relation_1" checked' in new.replace("  ", " ") or "checked" in new
    )
    assert events() == before


def test_what_is_wrong_in_a_row_stands_beside_it_and_all_stays(browse, address, cited, bob, events):
    before = events()
    rows = [{"title": "A"}, {"title": "B", "address": "nowhere"}]
    answer = browse(bob).post(address, sent(*rows, version=2))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter a valid URL, or a DOI." in page
    assert (
        page.index('value="nowhere"') < page.index("Enter a valid URL") < page.index("Add a source")
    )
    assert events() == before


@pytest.mark.parametrize("count", ["-1", "x", "9" * 30, "100000"])
def test_how_many_rows_somebody_claims_costs_nothing(browse, address, cited, bob, count):
    answer = browse(bob).post(address, {"text": "New words.", "version": 2, "citations": count})
    assert answer.status_code in {302, 422}
    assert len(answer.content) < 200_000


@pytest.mark.parametrize("count", ["-1", "x", "", "0", "1"])
def test_what_the_page_did_not_show_of_the_sources_stays(browse, address, cited, bob, count):
    before = stored(cited)
    rows = sent({"title": "A book", "address": "https://example.org/", "quote": "So | is"})
    answer = browse(bob).post(address, {**rows, "version": 2, "citations": count})
    assert answer.status_code == 302
    cited.refresh_from_db()
    assert stored(cited) == before


def test_a_doi_leads_to_where_it_stands_whatever_is_in_it(browse, map, bob, new_node):
    """The example of the DOI handbook itself has a `#`, behind which nothing reaches a server."""
    node = new_node(map, citations=[{"doi": "10.1000/456#789?a"}])
    page = browse(bob).get(node.get_absolute_url()).content.decode()
    assert 'href="https://doi.org/10.1000/456%23789%3Fa"' in page
    assert "doi:10.1000/456#789?a</a>" in page
