"""Argmap's own JSON carries a whole MapDocument, and says clearly what it cannot read."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.interchange import native
from argmap.interchange.document import (
    Annotation,
    Answer,
    Article,
    Citation,
    Decision,
    Dispute,
    Edition,
    FormatError,
    Link,
    MapDocument,
    Node,
    Quote,
    Reply,
    Stance,
    Target,
)
from argmap.transfer.example import EXAMPLE

TEXT = st.text(max_size=12)
NUMBER = st.integers(1, 99)
QUOTE = st.builds(Quote, TEXT, TEXT, TEXT)
CITATION = st.builds(Citation, TEXT, TEXT, TEXT, TEXT, TEXT)
ON = st.one_of(
    st.builds(Target, node=NUMBER),
    st.builds(Target, link=TEXT),
    st.builds(Target, passage=QUOTE),
)

pytestmark = pytest.mark.one_database


def some(strategy):
    return st.lists(strategy, max_size=3)


EDITION = st.builds(Edition, st.one_of(TEXT, some(TEXT).map("\n\n".join)), TEXT)
ARTICLE = st.builds(Article, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, edition=st.none() | EDITION)
DOCUMENT = st.builds(
    MapDocument,
    TEXT,
    TEXT,
    TEXT,
    article=st.none() | ARTICLE,
    nodes=some(st.builds(Node, NUMBER, TEXT, TEXT, TEXT, TEXT, some(QUOTE), some(CITATION))),
    links=some(st.builds(Link, TEXT, NUMBER, NUMBER | TEXT, TEXT, TEXT, TEXT)),
    annotations=some(
        st.builds(
            *(Annotation, ON, TEXT, TEXT, TEXT),
            tags=some(TEXT),
            visibility=TEXT,
            replies=some(st.builds(Reply, TEXT, TEXT)),
        )
    ),
    disputes=some(
        st.builds(
            *(Dispute, ON, TEXT, TEXT, TEXT),
            evidence=some(NUMBER),
            state=TEXT,
            answer=st.none() | st.builds(Answer, TEXT, TEXT),
            decision=st.none() | st.builds(Decision, TEXT, TEXT, TEXT),
        )
    ),
    stances=some(st.builds(Stance, ON.filter(lambda on: not on.passage), TEXT, NUMBER, NUMBER)),
    paragraph_hints=st.dictionaries(NUMBER, some(NUMBER), max_size=3),
)
MINIMAL = {"format": "argmap", "version": 1, "map": {"title": "The bridge"}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: some(inner) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(DOCUMENT)
def test_loading_what_was_dumped_gives_it_back(document):
    assert native.load(native.dump(document)) == document


def test_the_example_too():
    document = native.load(EXAMPLE.read_text(encoding="utf-8"))
    assert native.load(native.dump(document)) == document


def test_a_text_stands_as_paragraphs_where_people_can_edit_it():
    document = MapDocument("A", article=Article("A", edition=Edition("One.\n\nTwo.")))
    edition = json.loads(native.dump(document))["article"]["edition"]
    assert edition == {"paragraphs": ["One.", "Two."]}


def test_what_is_empty_is_left_out():
    assert json.loads(native.dump(MapDocument("The bridge"))) == MINIMAL


@given(st.text())
def test_no_text_gives_another_exception(text):
    with pytest.raises(FormatError):
        native.load(text)


@given(JSON)
def test_nor_does_any_json(value):
    with pytest.raises(FormatError):
        native.load(json.dumps(value))


def places_in(value, path=()):
    """Every place of a document, from the root on."""
    yield path
    if isinstance(value, dict):
        items = value.items()
    else:
        items = enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


FULL = json.loads(
    native.dump(
        MapDocument(
            "The bridge",
            "Why?",
            article=Article("A", edition=Edition("One.\n\nTwo.")),
            nodes=[Node(1, "claim", "A.", "More.", "bob", [Quote("One")], [Citation("A")])],
            links=[Link("L1", 1, 1, "supports"), Link("L2", 1, "L1", "joins")],
            annotations=[Annotation(Target(node=1), "Why?", tags=["a"], replies=[Reply("So.")])],
            disputes=[
                Dispute(
                    *(Target(link="L1"), "outdated", "So?"),
                    evidence=[1],
                    answer=Answer("So."),
                    decision=Decision("So.", changed="This."),
                )
            ],
            stances=[Stance(Target(node=1), "bob", credence=50)],
            paragraph_hints={1: [1, 2]},
        )
    )
)


@pytest.mark.parametrize("path", list(places_in(FULL)), ids=str)
@settings(max_examples=20)
@given(value=JSON)
def test_a_document_with_anything_anywhere_is_read_or_refused(path, value):
    spoilt = json.loads(json.dumps(FULL))
    if not path:
        spoilt = value
    else:
        inner = spoilt
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
    with suppress(FormatError):
        native.load(json.dumps(spoilt))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "other"}, 'this does not say "format": "argmap"'),
        ({"version": 2}, "this is version 2; version 1 can be read"),
        ({"map": {}}, "map.title: this should be a text"),
        ({"map": None}, "map: this should be an object"),
        ({"nodes": {}}, "nodes: this should be a list"),
        ({"nodes": [7]}, "nodes[0]: this should be an object"),
        ({"nodes": [{"number": 1}]}, "nodes[0]: kind is missing"),
        (
            {"nodes": [{"number": "1", "kind": "claim", "text": "A."}]},
            "nodes[0].number: this should be a whole number",
        ),
        (
            {"nodes": [{"number": True, "kind": "claim", "text": "A."}]},
            "nodes[0].number: this should be a whole number",
        ),
        (
            {"nodes": [{"number": 1, "kind": "claim", "text": "A.", "colour": "red"}]},
            "nodes[0]: there is no field 'colour' here",
        ),
        (
            {"links": [{"id": "L", "from": 1, "to": 1.5, "relation": "supports"}]},
            "links[0].to: this should be a whole number or a text",
        ),
        (
            {"annotations": [{"on": {}, "text": "Why?"}]},
            "annotations[0].on: name one node, one link or one passage",
        ),
        (
            {"annotations": [{"on": {"node": 1, "link": "L"}, "text": "Why?"}]},
            "annotations[0].on: name one node, one link or one passage",
        ),
        ({"stances": [{"by": "bob"}]}, "stances[0].on: name one node, one link or one passage"),
        (
            {"hints": {"paragraphs": {"one": [1]}}},
            "hints.paragraphs: 'one' is not the number of a paragraph",
        ),
        (
            {"hints": {"paragraphs": {"9" * 5000: [1]}}},
            "is not the number of a paragraph",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change, sentence):
    with pytest.raises(FormatError) as caught:
        native.load(json.dumps(MINIMAL | change))
    assert sentence in str(caught.value)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "{", "\ufeff{}", '{"a": ' + "9" * 5000 + "}"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(FormatError, match="JSON"):
        native.load(text)
