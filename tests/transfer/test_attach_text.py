"""The owner's copy of the original, added beside the digest that ships."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from argmap.articles.anchoring import paragraphs
from argmap.interchange.document import Article, Edition, MapDocument, Node, Quote
from argmap.maps.models import Map
from argmap.transfer.actions import import_map

ORIGINAL = Path(__file__).parents[3] / "shared" / "article" / "integration-deal.txt"
DIGEST = "A short word about the bridge.\n\nAnd one about the ferry."
LONG = (
    "The council closed the bridge in March, and the whole town heard of it.\n\n"
    "Nobody had asked the town.\n\n"
    "A ferry runs every hour, but the ferry takes no lorries."
)


def attach(*arguments):
    out = io.StringIO()
    call_command("attach_text", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def digest(alice):
    document = MapDocument(
        "The bridge",
        article=Article("The bridge", edition=Edition(DIGEST)),
        nodes=[
            Node(1, "thesis", "Rebuild it.", passages=[Quote("word about the bridge")]),
            Node(2, "claim", "The ferry is no help.", passages=[Quote("one about the ferry")]),
        ],
        paragraph_hints={1: [1, 2], 2: [3]},
    )
    return import_map(alice, document).map


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "original.txt"
    file.write_text(LONG, encoding="utf-8")
    return file


def test_passages_of_the_digest_stand_in_the_paragraphs_that_it_names(digest, file):
    said = attach(digest.slug, file, "--note", "My own copy.")
    assert said == "Edition 2: 2 of 2 passages have their place.\n"
    edition = digest.article.editions.get(number=2)
    assert (edition.text, edition.note) == (LONG, "My own copy.")
    words = [edition.text[place.start : place.end] for place in edition.placements.order_by("pk")]
    assert words == [
        "The council closed the bridge in March, and the whole town heard of it.",
        "A ferry runs every hour, but the ferry takes no lorries.",
    ]


def test_a_second_time_the_text_is_there_already(digest, file):
    attach(digest.slug, file)
    with pytest.raises(CommandError, match="letter for letter"):
        attach(digest.slug, file)


def test_what_is_not_there_is_said(digest, tmp_path, db):
    with pytest.raises(CommandError, match="There is no map 'nowhere'"):
        attach("nowhere", tmp_path)
    with pytest.raises(CommandError, match="No such file"):
        attach(digest.slug, tmp_path / "nothing.txt")


def test_what_is_not_utf_8_is_refused(digest, file):
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="is not UTF-8"):
        attach(digest.slug, file)


def test_an_empty_file_is_refused(digest, file):
    file.write_text(" \n")
    with pytest.raises(CommandError, match="no text"):
        attach(digest.slug, file)


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the article is copyright and not in the project")
def test_each_paragraph_of_the_example_has_a_passage(db):
    call_command("seed", stdout=io.StringIO())
    example = Map.objects.get()
    attach(example.slug, ORIGINAL)
    edition = example.article.editions.get(number=2)
    content = paragraphs(edition.text)[:17]
    placed = edition.placements.filter(passage__nodes__map=example)
    without = [
        part.number
        for part in content
        if not placed.filter(start__lt=part.end, end__gt=part.start).exists()
    ]
    assert len(content) == 17
    assert without == []
