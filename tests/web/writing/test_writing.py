"""Everything that people do in a map: with a plain form, with htmx, and by those who may not."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from argmap.debate.actions import open_dispute, retract_annotation
from argmap.debate.limits import MOST_EVIDENCE
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.maps.actions import add_link, add_node, archive_map, retract_link, retract_node
from argmap.maps.limits import MOST_CITATIONS
from argmap.maps.models import Citation, Link, Node
from argmap.moderation.actions import flag, lock_map

SELECTED = {"edition": 1, "start": 4, "end": 10}  # "bridge"


@dataclass
class Deed:
    """What `by` posts to an address within the map, and what is there afterwards."""

    by: str
    address: str
    data: dict
    there: Any
    goes_to: str = "?node={node.number}#n{node.number}"
    again: int = 302
    closed: str = "victor"  # the member who only reads; "" where they may too
    first: Any = None
    shown: str = ""


def new(**fields):
    return lambda world: Node.objects.filter(map=world.map, **fields).exists()


def annotation(**fields):
    return lambda world: Annotation.objects.filter(map=world.map, **fields).exists()


def state(name, value):
    return lambda world: Dispute.objects.get(pk=getattr(world, name).pk).state == value


NEW = "?node=5#n5"
DEEDS = {
    "a supporting claim": Deed(
        "bob", "write/support/", {"text": "New words.", "on": 1},
        new(text="New words.", kind="claim", links_out__relation="supports",
            links_out__target_node__number=1), NEW, shown="New words.",
    ),
    "evidence with its source": Deed(
        "bob", "write/evidence/",
        {"text": "New words.", "on": 2, "relation": "supports", "citations": 1,
         "citation-0-title": "A count", "citation-0-address": "example.org/count",
         "citation-0-locator": "p. 3", "detail": "*Much* more."},
        lambda world: Citation.objects.filter(
            node__text="New words.", node__kind="evidence", title="A count",
            url="https://example.org/count", locator="p. 3").exists(),
        NEW, shown="New words.",
    ),
    "evidence against it": Deed(
        "bob", "write/evidence/", {"text": "New words.", "on": 2, "relation": "opposes"},
        new(kind="evidence", links_out__relation="opposes"), NEW,
    ),
    "a counterpoint": Deed(
        "bob", "write/counterpoint/", {"text": "New words.", "on": 1},
        new(text="New words.", kind="counterpoint", links_out__relation="opposes"), NEW,
    ),
    "an undercut": Deed(
        "bob", "write/undercut/", {"text": "New words.", "on_link": "{link.pk}"},
        lambda world: Link.objects.filter(
            target_link=world.link, relation="undercuts", source__text="New words.").exists(), NEW,
    ),
    "a joined premise": Deed(
        "bob", "write/premise/", {"text": "New words.", "on_link": "{link.pk}"},
        lambda world: Link.objects.filter(
            target_link=world.link, relation="joins", source__kind="claim").exists(), NEW,
    ),
    "a further thesis": Deed(
        "bob", "write/thesis/", {"text": "New words."}, new(text="New words.", kind="thesis"), NEW,
    ),
    "a claim from selected words": Deed(
        "bob", "write/claim/", {"text": "New words.", "on": 1, "relation": "supports", **SELECTED},
        new(text="New words.", passages__exact="bridge"), NEW,
    ),
    "a claim that bears on nothing yet": Deed(
        "bob", "write/claim/", {"text": "New words.", "on": ""},
        new(text="New words.", links_out=None), NEW,
    ),
    "one more link": Deed(
        "bob", "nodes/4/link/", {"on": 1, "relation": "opposes"},
        lambda world: Link.objects.filter(source=world.loose, target_node=world.thesis).exists(),
        "?node=4#n4", again=422,
    ),
    "an annotation of a statement": Deed(
        "simon", "annotations/new/",
        {"text": "New words.", "node": 2, "motivation": "questioning", "tags": "#costs, noise",
         "visibility": "map"},
        annotation(text="New words.", node__number=2, tags=["costs", "noise"]), shown="New words.",
    ),
    "an annotation of a step": Deed(
        "simon", "annotations/new/",
        {"text": "New words.", "link": "{link.pk}", "motivation": "commenting",
         "visibility": "map"},
        annotation(text="New words.", link__isnull=False),
        goes_to="links/{link.pk}/",
    ),
    "an annotation of selected words": Deed(
        "simon", "annotations/new/",
        {"text": "New words.", "motivation": "commenting", "visibility": "map", **SELECTED},
        annotation(text="New words.", passage__exact="bridge"), goes_to="annotations/{newest}/",
    ),
    "a highlight": Deed(
        "simon", "annotations/new/",
        {"text": "", "motivation": "highlighting", "visibility": "map", **SELECTED},
        annotation(text="", passage__exact="bridge"), goes_to="annotations/{newest}/",
    ),
    "a private annotation": Deed(
        "victor", "annotations/new/",
        {"text": "New words.", "node": 2, "motivation": "commenting", "visibility": "private"},
        annotation(text="New words.", visibility="private", author__username="victor"),
        closed="", shown="New words.",
    ),
    "a reply": Deed(
        "bob", "annotations/{annotation.pk}/reply/", {"text": "New words."},
        annotation(text="New words.", parent__isnull=False), shown="New words.",
    ),
    "a dispute of a statement": Deed(
        "simon", "disputes/new/",
        {"node": 2, "ground": "outdated", "statement": "New words.", "evidence": "#3, 4"},
        lambda world: Dispute.objects.get(statement="New words.").evidence.count() == 2,
        shown="New words.",
    ),
    "a dispute of a step": Deed(
        "simon", "disputes/new/",
        {"link": "{link.pk}", "ground": "does not follow", "statement": "New words."},
        lambda world: Dispute.objects.get(statement="New words.").link_id == world.link.pk,
        goes_to="links/{link.pk}/",
    ),
    "a dispute from selected words": Deed(
        "simon", "disputes/new/",
        {"on": 2, "ground": "misreads the article", "statement": "New words.", **SELECTED},
        lambda world: Dispute.objects.get(statement="New words.").node_id == world.node.pk,
    ),
    "an answer": Deed(
        "bob", "disputes/{open_dispute.pk}/answer/", {"answer": "New words."},
        state("open_dispute", "answered"), again=409, shown="New words.",
    ),
    "an upheld dispute": Deed(
        "edith", "disputes/{open_dispute.pk}/decide/",
        {"upheld": "yes", "decision": "New words.", "what_changed": "All."},
        state("open_dispute", "upheld"), again=409, shown="New words.",
    ),
    "a dismissed dispute": Deed(
        "edith", "disputes/{open_dispute.pk}/decide/", {"upheld": "no", "decision": "New words."},
        state("open_dispute", "dismissed"), again=409, shown="New words.",
    ),
    "a withdrawn dispute": Deed(
        "simon", "disputes/{open_dispute.pk}/withdraw/", {"reason": "I erred."},
        state("open_dispute", "withdrawn"), again=409,
    ),
    "an edited dispute": Deed(
        "simon", "disputes/{open_dispute.pk}/edit/",
        {"version": 1, "ground": "outdated", "statement": "New words."},
        lambda world: Dispute.objects.get(pk=world.open_dispute.pk).statement == "New words.",
        again=409, shown="New words.",
    ),
    "an edited statement": Deed(
        "bob", "nodes/4/edit/",
        {"version": 1, "text": "New words.", "changes_meaning": "yes",
         "citations": 2, "citation-0-title": "A book", "citation-0-quote": "So it is"},
        lambda world: Citation.objects.filter(node__text="New words.", quote="So it is").exists(),
        "?node=4#n4", again=409, shown="New words.",
    ),
    "another kind of statement": Deed(
        "bob", "nodes/4/edit/", {"version": 1, "text": "New words.", "kind": "counterpoint"},
        new(text="New words.", kind="counterpoint"), "?node=4#n4", again=409, shown="New words.",
    ),
    "a statement that an editor edits": Deed(
        "edith", "nodes/4/edit/", {"version": 1, "text": "New words.", "changes_meaning": "no"},
        new(text="New words.", wording=1, version=2), "?node=4#n4", again=409,
    ),
    "a retracted statement": Deed(
        "bob", "nodes/2/retract/", {"reason": "I erred."},
        new(number=2, retracted_at__isnull=False), again=409,
    ),
    "a restored statement": Deed(
        "bob", "nodes/2/restore/", {"reason": ""}, new(number=2, retracted_at=None),
        first=lambda world, people: retract_node(people["bob"], world.node), again=409,
    ),
    "an edited annotation": Deed(
        "simon", "annotations/{annotation.pk}/edit/",
        {"version": 1, "text": "New words.", "tags": "one"},
        annotation(text="New words.", tags=["one"], version=2), again=409, shown="New words.",
    ),
    "a retracted annotation": Deed(
        "simon", "annotations/{annotation.pk}/retract/", {"reason": ""},
        annotation(text__contains="zqnotetext", retracted_at__isnull=False), again=409,
    ),
    "a restored annotation": Deed(
        "simon", "annotations/{annotation.pk}/restore/", {"reason": ""},
        annotation(text__contains="zqnotetext", retracted_at=None),
        first=lambda world, people: retract_annotation(people["simon"], world.annotation),
        again=409, shown="zqnotetext",
    ),
    "the pattern of a step": Deed(
        "bob", "links/{link.pk}/scheme/", {"version": 2, "scheme": "sign"},
        lambda world: Link.objects.get(pk=world.link.pk).scheme == "sign",
        "links/{link.pk}/", again=409,
    ),
    "a turned step": Deed(
        "bob", "links/{link.pk}/turn/", {"version": 2},
        lambda world: Link.objects.get(pk=world.link.pk).relation == "opposes",
        "?node=2#n2", again=409,
    ),
    "a moved step": Deed(
        "edith", "links/{link.pk}/move/", {"on": 4, "seen": "supports 1"},
        lambda world: Link.objects.get(pk=world.link.pk).target_node.number == 4,
        "?node=2#n2", again=409,
    ),
    "a moved undercut": Deed(
        "edith", "links/{doubting.pk}/move/", {"on": 4, "version": 1},
        lambda world: Link.objects.get(pk=world.doubting.pk).end_node.number == 4,
        "?node=3#n3", again=409,
        first=lambda world, people: add_link(
            people["bob"], world.map, source=world.loose, target=world.thesis, relation="supports"
        ),
    ),
    "a retracted step": Deed(
        "bob", "links/{link.pk}/retract/", {"reason": ""},
        lambda world: Link.objects.get(pk=world.link.pk).retracted, again=409,
        goes_to="links/{link.pk}/",
    ),
    "a restored step": Deed(
        "bob", "links/{link.pk}/restore/", {"reason": ""},
        lambda world: not Link.objects.get(pk=world.link.pk).retracted,
        first=lambda world, people: retract_link(people["bob"], world.link), again=409,
        goes_to="links/{link.pk}/",
    ),
    "a stance on a statement": Deed(
        "victor", "nodes/2/stance/", {"credence": 30},
        lambda world: Stance.objects.filter(node=world.node, credence=30).exists(),
        closed="", shown="30 %",
    ),
    "a stance on a step": Deed(
        "victor", "links/{link.pk}/stance/", {"impact": 0},
        lambda world: Stance.objects.filter(link=world.link, impact=0).exists(), closed="",
        goes_to="links/{link.pk}/",
    ),
    "a stance taken back": Deed(
        "bob", "nodes/2/stance/", {"credence": 80, "drop": "1"},
        lambda world: not Stance.objects.filter(node=world.node).exists(), again=404, closed="",
    ),
    "a stance on a step taken back": Deed(
        "bob", "links/{link.pk}/stance/", {"drop": "1"},
        lambda world: not Stance.objects.filter(link=world.link).exists(), again=404, closed="",
        goes_to="links/{link.pk}/",
    ),
}  # fmt: skip


def request_of(deed, world):
    """The address that it is posted to, and what."""
    address = world.map.get_absolute_url() + deed.address.format(**vars(world))
    data = {
        name: value.format(**vars(world)) if isinstance(value, str) and "{" in value else value
        for name, value in deed.data.items()
    }
    return address, data


@pytest.fixture(params=DEEDS)
def deed(request, world, bob, simon):
    """Each deed, ready to be done."""
    deed = DEEDS[request.param]
    if deed.first:
        deed.first(world, {"bob": bob, "simon": simon})
    return deed, *request_of(deed, world)


@pytest.fixture
def person(request):
    return lambda name: request.getfixturevalue(name)


def test_without_javascript_it_is_done_and_one_lands_where_it_stands(
    browse, world, deed, person, events
):
    deed, address, data = deed
    client, before = browse(person(deed.by)), events()
    asked = client.get(address)
    assert asked.status_code == 200
    assert f'action="{address}"' in asked.content.decode()
    assert events() == before

    answer = client.post(address, data)
    assert answer.status_code == 302
    newest = Annotation.objects.order_by("pk").last().pk
    goes_to = deed.goes_to.format(**vars(world), newest=newest)
    assert answer.headers["Location"] == world.map.get_absolute_url() + goes_to
    assert deed.there(world)
    landed = client.get(answer.headers["Location"])
    assert landed.status_code == 200
    assert deed.shown in landed.content.decode()
    assert events() == before + 1

    assert client.post(address, data).status_code == deed.again
    assert events() == before + 1 + (deed.again == 302)


def test_with_htmx_the_form_comes_alone_and_what_changed_comes_back(
    browse, world, deed, person, events
):
    deed, address, data = deed
    client, before = browse(person(deed.by), htmx=True), events()
    form = client.get(address)
    assert form.status_code == 200
    assert "<html" not in form.content.decode()
    assert f'hx-post="{address}"' in form.content.decode()

    answer = client.post(address, data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert '<hx-partial hx-target="#count"' in html
    assert deed.shown in html
    triggers = json.loads(answer.headers["HX-Trigger"])
    assert triggers["argmap:toast"]["text"]
    assert "argmap:selected" in triggers
    assert deed.there(world)
    assert events() == before + 1

    second = client.post(address, data)
    assert second.status_code == {302: 200}.get(deed.again, deed.again)
    assert "<html" not in second.content.decode()


def test_the_outsider_finds_nothing_and_the_reader_may_not(
    browse, world, charlie, victor, events, asks_to_sign_in
):
    before = events()
    for name, deed in DEEDS.items():
        address, data = request_of(deed, world)
        for htmx in (False, True):
            for user in (charlie, None):
                client = browse(user, htmx=htmx)
                assert client.get(address).status_code == 404, name
                answer = client.post(address, data)
                refused = answer.status_code == 404 if user else asks_to_sign_in(answer)
                assert refused, name
            if not deed.closed:
                continue
            answer = browse(victor, htmx=htmx).post(address, data)
            assert answer.status_code in {403, 404, 422}, name
            assert htmx == ("<html" not in answer.content.decode())
            assert "You may not" in answer.content.decode() or answer.status_code != 403
    assert events() == before


def test_after_a_write_one_goes_where_the_form_said_if_that_is_on_this_site(browse, world, bob):
    address = f"{world.map.get_absolute_url()}annotations/{world.annotation.pk}/reply/"
    client = browse(bob)
    here = f"{world.node.get_absolute_url()}#annotation-{world.annotation.pk}"
    answer = client.post(address, {"text": "One.", "next": here})
    assert answer.headers["Location"] == here
    for elsewhere in ("https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\x.y"):
        answer = client.post(address, {"text": "Two.", "next": elsewhere})
        assert answer.headers["Location"].startswith(world.map.get_absolute_url())


@pytest.mark.parametrize("closing", ["archived", "locked"])
def test_in_a_closed_map_nothing_is_written_and_the_page_says_why(
    browse, world, person, alice, mona, events, closing
):
    if closing == "archived":
        archive_map(alice, world.map)
    else:
        flag(person("bob"), world.map, reason="spam")
        lock_map(mona, world.map, reason="It burns.")
    before = events()
    for name, deed in DEEDS.items():
        address, data = request_of(deed, world)
        answer = browse(person(deed.by)).post(address, data)
        assert answer.status_code == 403, name
        assert f"This map is {closing}" in answer.content.decode()
    assert events() == before


def test_a_text_fits_that_the_page_says_fits(browse, map, claim, simon):
    """A break between lines is one character to a browser, which sends two."""
    address = f"{map.get_absolute_url()}annotations/new/"
    lines = ["x" * 99] * 100
    data = {"node": claim.number, "motivation": "commenting", "visibility": "map"}
    assert browse(simon).post(address, data | {"text": "\r\n".join(lines)}).status_code == 302
    assert Annotation.objects.get().text == "\n".join(lines)
    longer = browse(simon).post(address, data | {"text": "\r\n".join([*lines, "xx"])})
    assert longer.status_code == 422


def test_all_of_a_quote_is_kept_whatever_stands_in_it(browse, map, claim, bob):
    address = f"{map.get_absolute_url()}nodes/{claim.number}/edit/"
    rows = {"citations": 1, "citation-0-title": "A book", "citation-0-quote": "either | or"}
    browse(bob).post(address, {"version": 1, "text": claim.text, **rows})
    assert claim.citations.get().quote == "either | or"
    browse(bob).post(address, {"version": 2, "text": "It does.", **rows})
    assert claim.citations.get().quote == "either | or"


def test_what_came_over_rest_can_be_edited_on_its_page(browse, map, claim, bob, simon):
    """A form sends all that it was given, however much an action takes of it."""
    source = {"title": "t" * 490, "url": f"https://example.org/{'u' * 900}", "quote": "q" * 900}
    sources = [source | {"locator": f"p. {page}"} for page in range(MOST_CITATIONS)]
    node = add_node(bob, map, kind="claim", text="It is.", citations=sources)
    evidence = [add_node(bob, map, kind="claim", text="So.") for _ in range(MOST_EVIDENCE)]
    dispute = open_dispute(
        simon, map, target=claim, ground="outdated", statement="It was.", evidence=evidence
    )
    for person, address, typed in (
        (bob, f"nodes/{node.number}/edit/", {"text": "It was."}),
        (simon, f"disputes/{dispute.pk}/edit/", {"statement": "It is."}),
    ):
        path = f"{map.get_absolute_url()}{address}"
        form = browse(person).get(path).context["form"]
        sent = browse(person).post(path, form.initial | typed)
        assert sent.status_code == 302, sent.context["form"].errors
    assert node.citations.count() == MOST_CITATIONS
    assert dispute.evidence.count() == MOST_EVIDENCE
