"""What somebody finds by words: in one map, or in all that they may see."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q

from argmap.articles.models import Article, Visibility
from argmap.debate.models import Annotation, Dispute
from argmap.journal.reading import one_moment
from argmap.kinds import KINDS
from argmap.maps.models import Map, Node, sees_article

from .databases import MOST_PLACES, entries, words_like
from .models import Entry
from .words import FIELDS, Matcher, marked, snippet, wanted

MOST = 500  # that are ranked; of more it is only said that there are more
FEW = 5  # beyond which nobody needs words that are nearly the same
ON_A_PAGE = 20
SIGNS_OF_MARKDOWN = re.compile(r"(?m)[*`]+|^[#>]+ *")  # which only disturb in a few words of it
A_NUMBER = re.compile(r"#?([0-9]{1,9})")
FACETS = 8  # maps that are offered to go on in

MODELS = {
    "node": Node,
    "annotation": Annotation,
    "dispute": Dispute,
    "article": Article,
    "map": Map,
}
KINDS_SEARCHED = {kind.name: kind for kind in KINDS if kind.name in MODELS}
#: The place of a kind among those that have as much of what is looked for.
WORTH = {"map": 0.3, "node": 0.2, "article": 0.15, "dispute": 0.1, "annotation": 0}


@dataclass
class Hit:
    """One thing that was found."""

    kind: Any  # of `kinds.KINDS`
    obj: Any
    map: Map  # in which one reads it
    title: list[str]  # in parts, every second of which is marked
    snippet: list[str]  # likewise; empty where the title has it all

    @property
    def label(self):
        return self.kind.label(self.obj)

    @property
    def address(self):
        return self.kind.address(self.obj) or self.map.get_absolute_url()


@dataclass
class Findings:
    """What was found. `counts` are of all kinds; where `more` were found than are ranked, nobody
    has counted."""

    words: str
    kind: str = ""
    page: Any = None
    hits: list[Hit] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    maps: list[tuple[Map, int]] = field(default_factory=list)
    more: bool = False
    nearly: bool = False  # none has the words as they were written

    @property
    def count(self):
        return sum(self.counts.values())


@dataclass(frozen=True)
class Reach:
    """What a search looks through: tokens that the index knows, and the rule that decides."""

    tokens: tuple[str, ...]
    rule: tuple[str, list[Any]]


def search(user, text, *, map=None, kind="", page=1):
    """What this person finds by the words of `text`: in a map from `get_map`, or in all that they
    find in lists. `kind` is a name of MODELS, or nothing for all of them."""
    words = wanted(text)
    kind = kind if kind in MODELS else ""
    found = Findings(text, kind)
    if not words:
        found.page = Paginator([], ON_A_PAGE).get_page(1)
        return found
    with one_moment():
        reach = _in_map(user, map) if map else _everywhere(user)
        rows = _rows(words, reach)
        if len(rows) < FEW:
            words, rows, found.nearly = _nearly(words, rows, reach)
        found.more = len(rows) > MOST
        matcher = Matcher(words)
        named = _named(map, text)
        best = named | _ranked(matcher, rows[:MOST])
        found.counts = Counter(key[0] for key in best)
        if kind and found.more:
            best = named | _ranked(matcher, _rows(words, reach, kind)[:MOST])
        chosen = [key for key in best if not kind or key[0] == kind]
        found.page = Paginator(chosen, ON_A_PAGE).get_page(page)
        _show(found, user, matcher, best, map)
        if map is None:
            found.maps = _in_which_maps(best)
    return found


@dataclass(frozen=True)
class _Row:
    kind: str
    object_id: int
    part: int
    map_id: int | None
    article_id: int | None
    words: str


def _rows(words, reach, kind=""):
    tokens = [(f"k{kind}",) if kind else (), reach.tokens]
    return [_Row(*row) for row in entries(words, tokens, reach.rule, MOST + 1)]


def _nearly(words, rows, reach):
    """The same with words that are nearly the same; and whether only those were found."""
    words = [replace(each, like=words_like(each.word)) for each in words]
    if not any(each.like for each in words):
        return words, rows, False
    more = _rows(words, reach)
    return words, more, bool(more and not rows)


def _named(map, text):
    """The statement of a map that `30` or `#30` names, as `_ranked` gives it: it stands before
    all that have the number in their words."""
    number = A_NUMBER.fullmatch(text.strip())
    if map is None or number is None:
        return {}
    nodes = Node.objects.filter(map=map, number=int(number[1])).values("pk")
    first = Entry.objects.filter(kind="node", object_id__in=nodes, part=0)
    rows = [_Row(*each) for each in first.values_list(*_Row.__dataclass_fields__)]
    return {(row.kind, row.object_id): row for row in rows}


def _in_map(user, map):
    reader = user.pk or 0
    tokens, rule = [f"m{map.pk}"], "e.map_id = %s AND (e.only_for IS NULL OR e.only_for = %s)"
    parameters = [map.pk, reader]
    if reader:
        tokens.append(f"m{map.pk}u{reader}")
    if sees_article(user, map):
        tokens.append(f"a{map.article_id}")
        rule += " OR e.article_id = %s"
        parameters.append(map.article_id)
    return Reach(tuple(tokens), (rule, parameters))


def _seen(user):
    """The maps that the person finds in lists; the words of hidden ones are not looked through."""
    given = Map.objects.given_to(user).values("pk")
    return Map.objects.filter(
        Q(visibility=Visibility.PUBLIC) | Q(pk__in=given), hidden_at=None
    ).order_by()


def _everywhere(user):
    reader, seen = user.pk or 0, _seen(user)
    most = MOST_PLACES[connection.vendor]
    maps = list(seen.values_list("pk", "article")[: most + 1])
    tokens = []
    if len(maps) <= most:
        tokens = [f"m{pk}" for pk, _ in maps] + [f"a{pk}" for pk in {pk for _, pk in maps if pk}]
        tokens = [*tokens, f"u{reader}"]
    in_maps, parameters = seen.values("pk").query.sql_with_params()
    of_maps, more = seen.exclude(article=None).values("article").query.sql_with_params()
    rule = (
        f"e.map_id IN ({in_maps}) AND (e.only_for IS NULL OR e.only_for = %s)"
        f" OR e.article_id IN ({of_maps})"
    )
    return Reach(tuple(tokens), (rule, [*parameters, reader, *more]))


def _ranked(matcher, rows):
    """The best part of each thing, by (kind, id), the best thing first."""
    best = {}
    for row in rows:
        score = matcher.score(row.words, matcher.matches(row.words)) + WORTH[row.kind]
        key = row.kind, row.object_id
        if key not in best or score > best[key][0]:
            best[key] = score, row
    order = sorted(best, key=lambda key: (-best[key][0], key[0], -key[1]))
    return {key: best[key][1] for key in order}


def _show(found, user, matcher, best, map):
    """The things on the page, in a constant number of queries."""
    objects = {}
    for name, model in MODELS.items():
        ids = [pk for kind, pk in found.page if kind == name]
        if ids:
            rows = model.objects.select_related(*KINDS_SEARCHED[name].related).in_bulk(ids)
            objects |= {(name, pk): row for pk, row in rows.items()}
    maps_of = _maps_of_articles(user, [pk for kind, pk in found.page if kind == "article"], map)
    for key in found.page:
        obj = objects.get(key)
        if obj is None:
            continue  # the entries are out of step, which `check_data` tells
        where = maps_of[key[1]] if key[0] == "article" else obj if key[0] == "map" else obj.map
        found.hits.append(_hit(KINDS_SEARCHED[key[0]], obj, where, matcher, best[key]))


def _in_which_maps(best):
    """The maps in which the most was found, with how much."""
    counted = Counter(row.map_id for row in best.values() if row.map_id).most_common(FACETS)
    maps = Map.objects.in_bulk([pk for pk, _ in counted])
    return [(maps[pk], count) for pk, count in counted]


def _maps_of_articles(user, ids, map):
    """For each article a map in which the person reads it."""
    if not ids or map is not None:
        return dict.fromkeys(ids, map)
    return {each.article_id: each for each in _seen(user).filter(article__in=ids).order_by("-pk")}


def _hit(kind, obj, where, matcher, row):
    """Its title is its first text, where that is short; a snippet shows what the title lacks."""
    title = "" if kind.quotes_prose else kind.quote(obj)
    in_title = matcher.matches(title)
    shown = {match.which for match in in_title}
    texts = [text for text in row.words.split(FIELDS) if text.strip() and text != title]
    found = {text: matcher.matches(text) for text in texts}
    beyond = {text: {match.which for match in found[text]} - shown for text in texts}
    best = max(filter(beyond.get, texts), key=lambda text: len(beyond[text]), default="")
    if not best and not title:
        best = next(iter(texts), "")
    best = SIGNS_OF_MARKDOWN.sub("", best)
    return Hit(
        kind,
        obj,
        where,
        marked(title, in_title) if title else [],
        snippet(best, matcher) if best else [],
    )
