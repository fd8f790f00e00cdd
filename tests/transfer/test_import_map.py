"""Maps that come in whole: by the same rules as those that people write."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from argmap.accounts.permissions import Role
from argmap.articles import anchoring
from argmap.articles.models import Article as ArticleRow
from argmap.debate.models import Annotation as AnnotationRow
from argmap.debate.models import Stance as StanceRow
from argmap.interchange.document import (
    Annotation,
    Answer,
    Article,
    Citation,
    Decision,
    Dispute,
    Edition,
    Link,
    MapDocument,
    Node,
    Quote,
    Reply,
    Stance,
    Target,
)
from argmap.journal import bulk
from argmap.journal.models import Change, Event, Journal
from argmap.journal.writing import _current
from argmap.maps import limits
from argmap.maps.models import Map
from argmap.transfer import bounds
from argmap.transfer.actions import import_map
from argmap.transfer.consistency import problems

TEXT = "The bridge was closed in March.\n\nEngineers had found cracks."
SPEAKS = {"by": "bob", "on": Target(node=2), "ground": "outdated", "statement": "So?"}


def document(**more):
    """A thesis, a claim for it, a counterpoint against the step, a premise that the step needs."""
    whole = MapDocument(
        "The bridge",
        article=Article("The bridge", edition=Edition(TEXT)),
        nodes=[
            Node(1, "thesis", "It should be rebuilt.", by="alice"),
            Node(2, "claim", "The town needs it.", by="bob", passages=[Quote("closed in March")]),
            Node(5, "counterpoint", "Need is no reason.", citations=[Citation("A report")]),
            Node(7, "evidence", "There is no other way across."),
        ],
        links=[
            # The step comes after what bears on it.
            Link("L3", 7, "L1", "joins"),
            Link("L2", 5, "L1", "undercuts"),
            Link("L1", 2, 1, "supports", scheme="necessity"),
        ],
    )
    for name, value in more.items():
        setattr(whole, name, value)
    return whole


@pytest.fixture
def people(alice, bob, edith):
    return {"alice": alice, "bob": bob, "edith": edith}


@pytest.fixture
def bring(charlie, people):
    def bring(**more):
        return import_map(charlie, document(**more), people=people)

    return bring


def dispute(**more):
    return [Dispute(**SPEAKS | more)]


def test_whoever_imports_owns_the_map_and_its_article(bring, charlie):
    map = bring().map
    assert map.role_of(charlie) == Role.OWNER
    assert (map.article.owner, map.visibility) == (charlie, "private")


def test_it_is_one_event_in_each_journal(bring):
    map = bring().map
    for journal in (map.journal, map.article.journal):
        assert [event.verb for event in journal.events.all()] == ["import_map"]


def test_every_change_has_a_salt_of_its_own(bring):
    bring()
    salts = list(Change.objects.values_list("salt", flat=True))
    assert len(salts) > 10
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {32}


def test_nodes_keep_their_numbers_and_the_next_comes_after(bring, new_node, charlie):
    map = bring().map
    assert list(map.nodes.values_list("number", flat=True)) == [1, 2, 5, 7]
    assert new_node(map, by=charlie).number == 8


def test_people_who_are_known_are_credited_and_the_rest_goes_to_the_importer(
    bring, alice, bob, charlie
):
    authors = [node.author for node in bring().map.nodes.all()]
    assert authors == [alice, bob, charlie, charlie]


def test_links_to_links_and_passages_and_citations_come_along(bring):
    map = bring().map
    step = map.links.get(relation="supports")
    assert {link.source.number for link in step.links_in.all()} == {5, 7}
    assert step.scheme == "necessity"
    passage = map.nodes.get(number=2).passages.get()
    assert (passage.exact, passage.suffix[:4]) == ("closed in March", ".\n\nE")
    assert map.nodes.get(number=5).citations.get().title == "A report"


def test_what_people_said_comes_along(bring, bob, edith):
    map = bring(
        annotations=[
            Annotation(Target(passage=Quote("cracks")), "Where?", "bob", replies=[Reply("There.")])
        ],
        disputes=dispute(
            evidence=[7],
            state="upheld",
            answer=Answer("So.", by="alice"),
            decision=Decision("Yes.", by="edith", changed="This."),
        ),
        stances=[
            Stance(Target(node=2), "bob", credence=80),
            Stance(Target(link="L1"), "bob", impact=3),
        ],
    ).map
    annotation = map.annotations.get(parent=None)
    assert (annotation.passage.exact, annotation.replies.get().text) == ("cracks", "There.")
    decided = map.disputes.get()
    assert (decided.author, decided.decided_by, decided.state) == (bob, edith, "upheld")
    assert decided.evidence.get().number == 7
    assert StanceRow.objects.filter(map=map, user=bob).count() == 2


def test_what_comes_in_is_sound(bring):
    bring(annotations=[Annotation(Target(passage=Quote("cracks")), "Where?", "bob")])
    assert list(problems()) == []


def test_a_map_may_come_without_an_article(bring):
    map = bring(article=None).map
    assert map.article is None
    assert not ArticleRow.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"article": None},
            "The passage “closed in March” is not in the article.",
        ),
        (
            {"annotations": [Annotation(Target(passage=Quote("nowhere at all")), "Why?")]},
            "The annotation on it was left out: “Why?”.",
        ),
        (
            {"annotations": [Annotation(Target(node=1), "Why?", visibility="private")]},
            "Private annotations stay with whoever wrote them.",
        ),
        (
            {"stances": [Stance(Target(node=1), "nobody", credence=5)]},
            "Stances of people without an account here were left out.",
        ),
        (
            {"stances": [Stance(Target(node=1), "bob", credence=c) for c in (5, 6)]},
            "Of several stances of one person on one thing, the last counts.",
        ),
        (
            {"disputes": dispute(by="x", state="dismissed", decision=Decision("No.", by="y"))},
            "The decision of a dispute was left out: who opened it and who decided it are one"
            " person here.",
        ),
    ],
)
def test_what_is_dropped_is_said(bring, more, sentence):
    assert sentence in bring(**more).dropped
    assert list(problems()) == []


def test_a_dispute_without_its_decision_waits_for_another(bring):
    undecided = dispute(by="x", state="dismissed", decision=Decision("No.", by="y"))
    answered = dispute(
        by="x", state="dismissed", decision=Decision("No.", by="y"), answer=Answer("So.", by="bob")
    )
    map = bring(disputes=undecided + answered).map
    assert list(map.disputes.values_list("state", flat=True)) == ["open", "answered"]
    assert not AnnotationRow.objects.exists()


def test_nobody_answers_their_own_dispute_where_the_names_are_unknown(bring):
    made = bring(disputes=dispute(by="x", state="answered", answer=Answer("So.", by="y")))
    assert "The answer to a dispute was left out" in " ".join(made.dropped)
    [found] = made.map.disputes.all()
    assert (found.state, found.answer, found.answered_by) == ("open", "", None)


def test_words_of_a_dispute_are_as_long_as_those_of_everyone_else(bring):
    with pytest.raises(ValidationError, match=r"5,?000"):
        bring(disputes=dispute(statement="a" * 5_001))


CONTRADICTIONS = {
    "Node 1 is there 2 times.": {"nodes": [Node(1, "claim", "A."), Node(1, "claim", "B.")]},
    "0 is not a node's number.": {"nodes": [Node(0, "claim", "A.")]},
    "Node 1: there is no kind 'joke'.": {"nodes": [Node(1, "joke", "A.")]},
    "Node 1 has no text.": {"nodes": [Node(1, "claim", " ")]},
    "Two links have the same id.": {
        "links": [Link("L", 2, 1, "supports"), Link("L", 7, 1, "supports")]
    },
    "Link L: there is no relation 'resembles'.": {"links": [Link("L", 2, 1, "resembles")]},
    "Link L: there is no node 9.": {"links": [Link("L", 9, 1, "supports")]},
    "Link L: what supports does not go to 'M'.": {"links": [Link("L", 2, "M", "supports")]},
    "Link L: what joins does not go to 1.": {"links": [Link("L", 2, 1, "joins")]},
    "Link L: there is no 9.": {"links": [Link("L", 2, 9, "supports")]},
    "Link L: there is no 'M'.": {"links": [Link("L", 2, "M", "joins")]},
    "Link L bears on itself.": {"links": [Link("L", 2, 2, "supports")]},
    "Link M bears on itself.": {"links": [Link("L", 2, "M", "joins"), Link("M", 5, "L", "joins")]},
    "Link M is there already.": {"links": [Link(name, 2, 1, "supports") for name in "LM"]},
    "Link L: a thesis bears on nothing but a rival thesis.": {
        "links": [Link("L", 1, 2, "supports")]
    },
    "There is no node 9 for something said of it.": {
        "annotations": [Annotation(Target(node=9), "Why?")]
    },
    "There is no link 'M' for something said of it.": {"disputes": dispute(on=Target(link="M"))},
    "What is said is said of one node, one link or one passage.": {
        "annotations": [Annotation(Target(), "Why?")]
    },
    "There is no motivation 'boasting'.": {
        "annotations": [Annotation(Target(node=1), "Why?", motivation="boasting")]
    },
    "A dispute is about a node or a link.": {"disputes": dispute(on=Target(passage=Quote("a")))},
    "There is no ground 'taste'.": {"disputes": dispute(ground="taste")},
    "There is no state 'lost'.": {"disputes": dispute(state="lost")},
    "A dispute has no statement.": {"disputes": dispute(statement=" ")},
    "There is no node 9 for a dispute to rest on.": {"disputes": dispute(evidence=[9])},
    "A dispute is decided by someone else than whoever opened it.": {
        "disputes": dispute(state="dismissed", decision=Decision("No.", by="bob"))
    },
    "A dispute that has a decision is upheld or dismissed.": {
        "disputes": dispute(decision=Decision("No.", by="edith"))
    },
    "An upheld dispute says what changed.": {
        "disputes": dispute(state="upheld", decision=Decision("Yes.", by="edith", changed=" "))
    },
    "An answered dispute has an answer.": {"disputes": dispute(state="answered")},
    "An open dispute has no answer yet.": {"disputes": dispute(answer=Answer("So."))},
    "An answer to a dispute says something.": {
        "disputes": dispute(state="answered", answer=Answer(" ", by="alice"))
    },
    "A dispute is answered by someone else than whoever opened it.": {
        "disputes": dispute(state="answered", answer=Answer("So.", by="bob"))
    },
    "A credence goes from 0 to 100.": {"stances": [Stance(Target(node=1), "bob", credence=101)]},
    "An impact goes from 0 to 4.": {"stances": [Stance(Target(link="L1"), "bob", impact=5)]},
    "A stance is a credence in a node, or the impact of a link.": {
        "stances": [Stance(Target(node=1), "bob", credence=1, impact=1)]
    },
}
NO_STANCES = [
    Stance(Target(node=1), "bob"),
    Stance(Target(link="L1"), "bob"),
    Stance(Target(link="L1"), "bob", credence=1),
    Stance(Target(passage=Quote("cracks")), "bob"),
]


def refused(bring, **more):
    journals, events = Journal.objects.count(), Event.objects.count()
    with pytest.raises(ValidationError) as caught:
        bring(**more)
    assert not Map.objects.exists()
    assert not ArticleRow.objects.exists()
    assert (Journal.objects.count(), Event.objects.count()) == (journals, events)
    return caught.value


@pytest.mark.parametrize(("sentence", "more"), CONTRADICTIONS.items())
def test_a_graph_that_contradicts_itself_says_where_and_leaves_nothing(bring, sentence, more):
    more = {"links": []} | more if "nodes" in more else more
    assert sentence in refused(bring, **more).message_dict["document"]


@pytest.mark.parametrize("stance", NO_STANCES, ids=str)
def test_what_is_no_stance_is_refused(bring, stance):
    assert refused(bring, stances=[stance]).message_dict["document"]


def test_all_that_is_wrong_is_said_at_once(bring):
    error = refused(
        bring,
        nodes=[Node(1, "joke", "A."), Node(2, "claim", "")],
        links=[Link("L", 9, 1, "supports")],
        disputes=dispute(ground="taste"),
    )
    assert len(error.message_dict["document"]) == 4


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": " "}),
        ("title", {"article": Article("")}),
        ("url", {"article": Article("A", url="nowhere")}),
        ("document", {"article": Article("A", published_on="yesterday")}),
        ("text", {"article": Article("A", edition=Edition(" "))}),
        ("text", {"article": Article("A", edition=Edition("\x00"))}),
        ("text", {"nodes": [Node(1, "claim", "x" * 2001)], "links": []}),
        ("text", {"nodes": [Node(1, "claim", "\ud800")], "links": []}),
        (
            "citations",
            {"nodes": [Node(1, "claim", "A.", citations=[Citation(url="x")])], "links": []},
        ),
        (
            "citations",
            {"nodes": [Node(1, "claim", "A.", citations=[Citation()])], "links": []},
        ),
        ("text", {"annotations": [Annotation(Target(node=1), "")]}),
        ("text", {"annotations": [Annotation(Target(node=1), "A.", replies=[Reply("")])]}),
        ("tags", {"annotations": [Annotation(Target(node=1), "A.", tags=["x" * 41])]}),
        ("statement", {"disputes": dispute(statement="\x00")}),
    ],
)
def test_words_that_are_not_fit_are_refused_and_leave_nothing(bring, field, more):
    assert field in refused(bring, **more).message_dict


def test_a_map_and_its_article_come_as_wide_as_was_asked(charlie):
    map = import_map(charlie, document(), visibility="public").map
    assert (map.visibility, map.article.visibility) == ("public", "public")


def test_a_thousand_nodes_take_as_many_queries_as_ten(charlie, django_assert_max_num_queries):
    nodes = [Node(number, "claim", f"Claim {number}.") for number in range(1, 1001)]
    with django_assert_max_num_queries(40):
        import_map(charlie, MapDocument("Big", nodes=nodes))


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("nodes", {"nodes": [Node(n, "claim", "A.") for n in (1, 2, 3)], "links": []}),
        ("links", {}),
        ("passages", {"annotations": [Annotation(Target(passage=Quote("cracks")), "A.")] * 2}),
        ("citations", {"nodes": [Node(1, "claim", "A.", citations=[Citation("B")] * 3)]}),
        (
            "annotations",
            {"annotations": [Annotation(Target(node=1), "A.", replies=[Reply("B")] * 2)]},
        ),
        ("disputes", {"disputes": dispute() * 3}),
        ("stances", {"stances": [Stance(Target(node=1), "bob", credence=1)] * 3}),
    ],
)
def test_what_is_too_much_for_one_import_is_refused_with_its_count(bring, monkeypatch, name, more):
    monkeypatch.setitem(bounds.MOST, name, 2)
    sentences = refused(bring, **more).message_dict["document"]
    assert f"There are 3 {name}; the most is 2." in sentences


def test_all_its_texts_together_have_a_bound(bring, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_CHARACTERS", 100)
    [sentence] = refused(bring).message_dict["document"]
    assert "the most is 100" in sentence


def test_one_node_rests_on_fifty_passages_at_most(bring):
    nodes = [Node(1, "claim", "A.", passages=[Quote("cracks")] * (bounds.MOST_OF_A_NODE + 1))]
    assert refused(bring, nodes=nodes, links=[]).message_dict["document"]


def test_it_is_checked_and_anchored_before_anyone_has_to_wait(bring, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "argmap.transfer.preparing.check_graph", lambda document: seen.append(_current.get())
    )
    place = anchoring.Searched.places
    monkeypatch.setattr(
        anchoring.Searched, "places", lambda *given: seen.append(_current.get()) or place(*given)
    )
    bring()
    assert seen == [None, None]


def test_every_column_that_nobody_names_has_its_default(bring):
    map = bring(annotations=[Annotation(Target(node=1), "A.", tags=["one"])]).map
    node = map.nodes.get(number=1)
    assert (node.version, node.wording, node.detail, node.open_flags) == (1, 1, "", 0)
    assert map.annotations.get().tags == ["one"]


def test_what_is_written_after_it_takes_no_id_of_it(bring, new_node, charlie):
    map = bring().map
    assert new_node(map, by=charlie).pk not in map.nodes.filter(number__lt=8).values_list(
        "pk", flat=True
    )
    assert list(problems()) == []


def test_evidence_that_is_named_twice_counts_once(bring):
    map = bring(disputes=dispute(evidence=[2, 2])).map
    assert [node.number for node in map.disputes.get().evidence.all()] == [2]
    assert list(problems()) == []


def test_a_node_with_too_many_citations_is_refused_with_all_that_came(bring):
    nodes = [Node(1, "claim", "A.", citations=[Citation("B")] * (limits.MOST_CITATIONS + 1))]
    assert "citations" in refused(bring, nodes=nodes, links=[]).message_dict


def test_what_is_brought_in_is_rendered_then(bring):
    annotations = [Annotation(Target(node=1), "*Why?*", replies=[Reply("**So.**")])]
    nodes = [Node(1, "claim", "A.", detail="*More.*")]
    map = bring(nodes=nodes, links=[], annotations=annotations).map
    assert map.nodes.get().detail_html == "<p><em>More.</em></p>\n"
    first, answer = map.annotations.all()
    assert (first.text_html, answer.text_html) == (
        "<p><em>Why?</em></p>\n",
        "<p><strong>So.</strong></p>\n",
    )
    assert list(problems()) == []


@pytest.mark.parametrize("failing", [1, 3, "the last"])
def test_where_the_database_refuses_a_batch_nothing_is_written(db, bob, monkeypatch, failing):
    """Batches are stored beside the making of the next."""
    monkeypatch.setattr(bulk, "BATCH", 2)
    store, calls = bulk._store_and_check, []

    def refuse(*batch):
        calls.append(batch)
        last = len(batch[2]) < bulk.BATCH
        if last if failing == "the last" else len(calls) == failing:
            raise IntegrityError("no")
        store(*batch)

    monkeypatch.setattr(bulk, "_store_and_check", refuse)
    before = Event.objects.count(), Journal.objects.count()
    with pytest.raises(IntegrityError):
        import_map(bob, document())
    assert (Event.objects.count(), Journal.objects.count()) == before
    assert not Map.objects.exists()
