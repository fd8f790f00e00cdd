"""Nodes: adding, editing, anchoring, retracting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.articles.actions import Selection, _choose_passage, journals_of_passage
from argmap.articles.models import Passage
from argmap.journal.markdown import html_of
from argmap.journal.models import Change
from argmap.journal.text import clean_fields, clean_reason, one_line
from argmap.journal.writing import (
    Taken,
    action,
    again,
    changed,
    check_names,
    created,
    fields_of,
    record,
    removed,
    take,
)

from .. import limits
from ..models import Citation, InMap, Link, Map, Node
from .contributions import (
    Target,
    check_standing,
    check_version,
    edited,
    nodes_around,
    nodes_of,
    retracted,
    touch,
    unretracted,
)
from .links import _add_link, check_links_of

#: Of each citation its fields by name.
Citations: TypeAlias = Sequence[Mapping[str, str]]

CITATION_FIELDS = ("title", "url", "doi", "locator", "quote")


@action
def add_node(
    actor: User,
    map: Map,
    *,
    kind: str,
    text: str,
    detail: str = "",
    relation: str | None = None,
    target: Target | None = None,
    selection: Selection | None = None,
    citations: Citations = (),
) -> Node:
    """A new node, which bears on a node or a link (`relation`, `target`) unless it is a thesis.

    Writers. `selection` anchors it, `citations` are dicts of a citation's fields. The Event
    holds the node, its passage, its citations and its link. Raises ValidationError, Settled.
    """
    kind, words = _checked_kind(kind), _checked_texts(text=text, detail=detail)
    taken = take(map.journal_id, numbers=1, held=journals_of_passage(map, selection))
    map = again(map)
    require(actor, Verb.ADD, map)
    node, changes = _add_node(
        actor,
        map,
        taken,
        kind=kind,
        words=words,
        relation=relation,
        target=target and again(target),
        selection=selection,
        citations=citations,
    )
    record(map.journal_id, actor, *changes)
    return node


@action
def edit_node(
    actor: User,
    node: Node,
    *,
    version: int,
    text: str | None = None,
    detail: str | None = None,
    kind: str | None = None,
    citations: Citations | None = None,
    changes_meaning: bool = True,
) -> Node:
    """Its author (a writer), or an editor. What is None stays as it is.

    `version` is the one that the actor saw: Stale carries both texts where it is not the
    newest. `changes_meaning` also counts a new wording, so that stances know what they
    were given on.
    """
    given = {"text": text, "detail": detail}
    words = _checked_texts(**{name: each for name, each in given.items() if each is not None})
    if kind is not None:
        kind = _checked_kind(kind)
    taken = take(node.map.journal_id)
    node = again(node, "map")
    require(actor, Verb.EDIT, node)
    check_standing(node)
    fields: dict[str, str | int] = {"text": node.text, "detail": node.detail, **words}
    check_version(node, version, **fields)
    if kind is not None:
        fields["kind"] = kind
    if changes_meaning and fields["text"] != node.text:
        fields["wording"] = node.wording + 1
    changes = [] if citations is None else _replace_citations(node, citations)
    changes.insert(0, edited(node, taken.at, fields, changes=changes))
    if kind is not None:
        check_links_of(node, "kind")
    touch(taken.seq(node.map.journal_id), node)
    record(node.map.journal_id, actor, *changes)
    return node


@action
def retract_node(actor: User, node: Node, *, reason: str = "") -> Node:
    """Its author (a writer), or an editor. It keeps its number and can be restored."""
    return _retract(actor, node, retracted, reason)


@action
def restore_node(actor: User, node: Node, *, reason: str = "") -> Node:
    """Its author (a writer), or an editor, takes the retraction back."""
    return _retract(actor, node, unretracted, reason)


def _retract(
    actor: User, node: Node, apply: Callable[[InMap, datetime], Change], reason: str
) -> Node:
    taken = take(node.map.journal_id)
    node = again(node, "map")
    require(actor, Verb.RETRACT, node)
    change = apply(node, taken.at)
    touch(taken.seq(node.map.journal_id), *nodes_around(node))
    record(node.map.journal_id, actor, change, reason=clean_reason(reason))
    return node


@action
def anchor_node(actor: User, node: Node, selection: Selection) -> Passage:
    """Its author (a writer), or an editor: one more passage that the node rests on."""
    taken = take(node.map.journal_id, held=journals_of_passage(node.map, selection))
    node = again(node, "map", "map__article")
    require(actor, Verb.EDIT, node)
    check_standing(node)
    before = fields_of(node)
    passage = _choose_passage(actor, node.map.article, selection)
    node.passages.add(passage)
    changes = [created(passage), changed(node, before)]
    touch(taken.seq(node.map.journal_id), node)
    record(node.map.journal_id, actor, *changes)
    return passage


def _add_node(
    author: User,
    map: Map,
    taken: Taken,
    *,
    kind: str,
    words: dict[str, str],
    relation: str | None,
    target: Target | None,
    selection: Selection | None,
    citations: Citations,
) -> tuple[Node, list[Change]]:
    """The node and what comes with it. Returns (node, changes)."""
    kind = kind_for(kind, relation)
    if kind != Node.Kind.THESIS and target is None and relation is not None:
        raise ValidationError({"target": "Say what this bears on."})
    node = Node.objects.create(
        map=map,
        number=taken.numbers[0],
        kind=kind,
        author=author,
        created_at=taken.at,
        changed_at=taken.at,
        touched=taken.seq(map.journal_id),
        **words,
    )
    changes = []
    passages = []
    if selection is not None:
        passage = _choose_passage(author, map.article, selection)
        node.passages.add(passage)
        passages.append(passage.pk)
        changes.append(created(passage))
    changes.append(created(node, passages=passages))
    changes += _add_citations(node, citations)
    if target is not None:
        link, change = _add_link(
            author, map, taken, source=node, target=target, relation=relation or ""
        )
        changes.append(change)
        touch(taken.seq(map.journal_id), *nodes_of(link))
    return node, changes


def kind_for(kind: str, relation: str | None) -> str:
    """What opposes or undercuts when it is written is a counterpoint; evidence may oppose."""
    if relation == Link.Relation.UNDERCUTS:
        return Node.Kind.COUNTERPOINT
    if relation == Link.Relation.OPPOSES and kind == Node.Kind.CLAIM:
        return Node.Kind.COUNTERPOINT
    return kind


def _checked_kind(kind: str) -> Node.Kind:
    if kind not in Node.Kind.values:
        raise ValidationError({"kind": "Choose thesis, claim, evidence or counterpoint."})
    return Node.Kind(kind)


def _checked_texts(**texts: str) -> dict[str, str]:
    fields = clean_fields(limits.NODE, **texts)
    if fields.get("text") == "":
        raise ValidationError({"text": "Write the statement, in one sentence."})
    html_of(fields.get("detail", ""))  # which is at hand then when it is saved, under the lock
    return fields


def check_count(citations: Citations) -> None:
    """Raises ValidationError on the field `citations` where there are too many."""
    if len(citations) > limits.MOST_CITATIONS:
        raise ValidationError(
            {"citations": f"A node has at most {limits.MOST_CITATIONS} citations."}
        )


def _add_citations(node: Node, citations: Citations) -> list[Change]:
    check_count(citations)
    changes = []
    for fields in citations:
        citation = checked_citation(node, fields)
        citation.save()
        changes.append(created(citation))
    return changes


def checked_citation(node: Node | None, fields: Mapping[str, str]) -> Citation:
    """An unsaved citation. Raises ValidationError on the field `citations`."""
    check_names(fields, CITATION_FIELDS)
    try:
        texts = clean_fields(
            limits.CITATION, **{name: fields.get(name, "") for name in CITATION_FIELDS}
        )
        texts = {name: one_line(text) for name, text in texts.items()}
        citation = Citation(node=node, **texts)
        citation.clean_fields(exclude=["node"])
    except ValidationError as error:
        sentences = [f"{name}: {' '.join(each)}" for name, each in error.message_dict.items()]
        raise ValidationError({"citations": sentences}) from error
    if not (citation.title or citation.url or citation.doi):
        raise ValidationError({"citations": "Name the source: a title, an address or a DOI."})
    return citation


def _replace_citations(node: Node, citations: Citations) -> list[Change]:
    """Nothing where they are the same already."""
    check_count(citations)
    old = list(node.citations.all())
    new = [checked_citation(node, fields) for fields in citations]
    if [_key(citation) for citation in old] == [_key(citation) for citation in new]:
        return []
    changes = [removed(citation, fields_of(citation)) for citation in old]
    node.citations.all().delete()
    return changes + _add_citations(node, citations)


def _key(citation: Citation) -> list[str]:
    return [getattr(citation, name) for name in CITATION_FIELDS]
