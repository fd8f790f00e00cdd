"""The kinds of things that people write, read about and report: one row each.

Whoever must tell them apart asks here: history, queue, flags, hiding, the margin, the check of the
data. A new kind of contribution is a new row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter, methodcaller
from typing import Any

from django.db import models
from django.urls import reverse

from argmap.accounts.models import User
from argmap.articles.models import Article
from argmap.debate.actions.annotations import journal_of, nodes_counting
from argmap.debate.models import Annotation, Dispute, Stance, Suggestion
from argmap.maps.actions.contributions import nodes_around, nodes_of
from argmap.maps.models import InMap, Link, Map, Node


@dataclass(frozen=True)
class Kind:
    """What is said of every object of a model. A label names it without any words of it."""

    name: str  # in addresses, and the field of a Flag
    model: type[models.Model]
    one: str  # the word that people read
    many: str
    label: Callable[[Any], str]
    address: Callable[[Any], str]  # of its page, or of the page where it stands; or nothing
    journal: Callable[[Any], int]  # in which its Changes stand
    about: Callable[[Any], InMap | None] = lambda _: None  # what the margin shows of it
    cards: Callable[[Any], Iterable[int | None]] = lambda _: ()  # ids of nodes that show it
    texts: tuple[str, ...] = ()  # fields of its words, first the one to quote
    related: tuple[str, ...] = ()  # what all this asks for, to be joined
    can_be_hidden: bool = True  # by a moderator

    @property
    def object_type(self) -> str:
        """What its Changes call it."""
        return self.model._meta.label_lower

    @property
    def in_map(self) -> bool:
        return hasattr(self.model, "map")

    @property
    def on_target(self) -> bool:
        """Whether it is said of a node or a link."""
        return hasattr(self.model, "node") and hasattr(self.model, "link")

    @property
    def can_be_flagged(self) -> bool:
        return hasattr(self.model, "open_flags")

    @property
    def prose(self) -> tuple[str, ...]:
        """Which of its texts are Markdown."""
        return tuple(getattr(self.model, "prose", ()))

    @property
    def quotes_prose(self) -> bool:
        return bool(self.texts) and self.texts[0] in self.prose

    def quote(self, obj: models.Model) -> str:
        """Its words, as they are quoted where it is named."""
        return getattr(obj, self.texts[0]) if self.texts else ""


def _itself(obj: InMap) -> InMap:
    return obj


def _on(target: InMap | None) -> str:
    return f" on {target}" if target else ""


def _where_it_is_said(row: Any) -> str:
    """The page of its node or link, for what has no page of its own."""
    target = row.target
    target.map = row.map
    return target.get_absolute_url()


_own_page = methodcaller("get_absolute_url")
_of_its_map = attrgetter("map.journal_id")
_its_own = attrgetter("journal_id")

_ENDS = ("source", "target_node", "target_link__source")
_TARGET = ("node", "link", *(f"link__{end}" for end in _ENDS))

KINDS = [
    Kind(
        name="node",
        model=Node,
        one="statement",
        many="statements",
        label=lambda node: f"Statement {node}",
        address=_own_page,
        journal=_of_its_map,
        about=_itself,
        cards=nodes_around,
        texts=("text", "detail"),
        related=("map", "author"),
    ),
    Kind(
        name="link",
        model=Link,
        one="step",
        many="steps",
        label=lambda link: f"Step {link}",
        address=_own_page,
        journal=_of_its_map,
        about=_itself,
        cards=nodes_of,
        related=("map", "author", *_ENDS),
    ),
    Kind(
        name="annotation",
        model=Annotation,
        one="annotation",
        many="annotations",
        label=lambda annotation: f"Annotation{_on(annotation.first.node or annotation.first.link)}",
        address=lambda annotation: reverse("annotation", args=[annotation.map.slug, annotation.pk]),
        journal=journal_of,
        about=attrgetter("about"),
        cards=nodes_counting,
        texts=("text",),
        related=("map", "author", *_TARGET, "parent", *(f"parent__{each}" for each in _TARGET)),
    ),
    Kind(
        name="dispute",
        model=Dispute,
        one="dispute",
        many="disputes",
        label=lambda dispute: f"Dispute{_on(dispute.target)}",
        address=_own_page,
        journal=_of_its_map,
        about=attrgetter("target"),
        cards=lambda dispute: nodes_of(dispute.target),
        texts=("statement", "answer", "decision", "what_changed"),
        related=("map", "author", *_TARGET),
    ),
    Kind(
        name="stance",
        model=Stance,
        one="stance",
        many="stances",
        label=lambda stance: f"Stance{_on(stance.target)}",
        address=_where_it_is_said,
        journal=lambda stance: (
            (stance.map if stance.map.stances_by_name else stance.user).journal_id
        ),
        about=attrgetter("target"),
        cards=lambda stance: nodes_of(stance.target),
        related=("map", "user", *_TARGET),
        can_be_hidden=False,
    ),
    Kind(
        name="suggestion",
        model=Suggestion,
        one="suggestion",
        many="suggestions",
        label=lambda suggestion: f"Suggestion{_on(suggestion.target)}",
        address=_where_it_is_said,
        journal=_of_its_map,
        about=attrgetter("target"),
        texts=("text", "detail", "why", "decision"),
        related=("map", "author", *_TARGET),
    ),
    Kind(
        name="article",
        model=Article,
        one="article",
        many="articles",
        label=lambda article: "Article",
        address=lambda article: "",
        journal=_its_own,
        texts=("title",),
        related=("owner",),
    ),
    Kind(
        name="map",
        model=Map,
        one="map",
        many="maps",
        label=lambda map: "Map",
        address=_own_page,
        journal=_its_own,
        texts=("title",),
    ),
    Kind(
        name="account",
        model=User,
        one="account",
        many="accounts",
        label=lambda account: f"Account {account}",
        address=lambda account: reverse("account", args=[account.username]),
        journal=_its_own,
        texts=("name",),
        can_be_hidden=False,  # it is sanctioned
    ),
]

_BY_MODEL = {kind.model: kind for kind in KINDS}


def kind_of(obj: models.Model) -> Kind:
    return _BY_MODEL[obj._meta.model]
