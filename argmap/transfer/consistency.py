"""What must hold over several rows, and no constraint can say. Each rule yields sentences."""

from django.apps import apps
from django.db.models import Count, F, Max, Q

from argmap.accounts.permissions import Role
from argmap.articles.models import Article, Edition, Passage, Placement, Visibility, sha256_of
from argmap.debate.models import Annotation, Dispute
from argmap.journal.markdown import render
from argmap.journal.models import Change, Contribution, Event, Journal
from argmap.journal.reading import rebuild
from argmap.journal.writing import digest_of_event, digest_of_text, fields_of
from argmap.kinds import KINDS
from argmap.maps.models import Citation, Link, Map, Membership, Node
from argmap.moderation.models import TARGETS, Flag
from argmap.search.index import out_of_step

RULES = []


def rule(check):
    RULES.append(check)
    return check


def problems():
    """A sentence for each thing that is wrong, rule by rule."""
    for check in RULES:
        yield from check()


@rule
def links_stay_in_their_map():
    ends = Q(source__map=F("map")) & (Q(target_node__map=F("map")) | Q(target_link__map=F("map")))
    for link in Link.objects.exclude(pk__in=Link.objects.filter(ends).values("pk")):
        yield f"Link {link.pk} of map {link.map_id} has an end in another map."


@rule
def links_to_links_end_at_a_node():
    targets = dict(Link.objects.values_list("pk", "target_link_id"))
    for start in targets:
        passed, link = set(), start
        while link is not None and link not in passed:
            passed.add(link)
            link = targets.get(link)
        if link == start:
            yield f"Link {start} bears on itself by way of other links."


@rule
def contributions_are_about_their_own_map():
    for kind in KINDS:
        for name in ("node", "link") if kind.on_target else ():
            about = {f"{name}__isnull": False}
            for row in kind.model.objects.filter(**about).exclude(**{f"{name}__map": F("map")}):
                yield f"{_name(row)} of map {row.map_id} is about a {name} of another map."
    for annotation in Annotation.objects.exclude(parent=None).exclude(parent__map=F("map")):
        yield f"{_name(annotation)} of map {annotation.map_id} answers one in another map."


@rule
def replies_answer_the_first_of_a_thread():
    replies = Annotation.objects.exclude(parent=None)
    for annotation in replies.exclude(parent__parent=None):
        yield f"{_name(annotation)} answers an answer; a thread has one level."
    for annotation in replies.exclude(visibility=F("parent__visibility")):
        yield (
            f"{_name(annotation)} is {annotation.visibility}, unlike the thread that it stands in."
        )


@rule
def evidence_of_disputes_is_in_their_map():
    evidence = Dispute.evidence.through.objects.select_related("dispute")
    for row in evidence.exclude(node__map=F("dispute__map")):
        yield f"{_name(row.dispute)} of map {row.dispute.map_id} rests on a node of another map."


@rule
def passages_are_of_the_article_of_their_map():
    articles = dict(Map.objects.values_list("pk", "article"))
    sources = dict(Passage.objects.values_list("pk", "edition__article"))
    anchors = Node.passages.through.objects.values_list("node", "node__map", "passage")
    annotations = Annotation.objects.exclude(passage=None).values_list("pk", "map", "passage")
    for name, rows in (("Node", anchors), ("Annotation", annotations)):
        for pk, map_id, passage_id in rows:
            if sources[passage_id] != articles[map_id]:
                yield f"{name} {pk} of map {map_id} has a passage of another article."


@rule
def passages_stand_in_their_edition():
    for passage in _each(Passage.objects.select_related("edition")):
        words = passage.prefix + passage.exact + passage.suffix
        if words not in passage.edition.text:
            yield f"Passage {passage.pk} is not in edition {passage.edition_id}."


@rule
def placements_are_of_their_article_and_within_its_text():
    placements = Placement.objects.select_related("passage__edition", "edition")
    for placement in _each(placements):
        passage, edition = placement.passage, placement.edition
        if passage.edition.article_id != edition.article_id:
            yield f"Placement {placement.pk} is in an edition of another article."
        elif placement.end is not None and placement.end > len(edition.text):
            yield f"Placement {placement.pk} lies beyond the end of edition {edition.pk}."
        elif placement.status == Placement.Status.EXACT and (
            edition.text[placement.start : placement.end] != passage.exact
        ):
            yield f"Placement {placement.pk} is called exact, but other words stand there."
    for passage in Passage.objects.exclude(placements__edition=F("edition")):
        yield f"Passage {passage.pk} has no place in its own edition."


@rule
def editions_are_what_they_were():
    for edition in _each(Edition.objects.all()):
        if sha256_of(edition.text, edition.structure) != edition.sha256:
            yield f"Edition {edition.pk} is not the text that its SHA-256 was made of."


@rule
def editions_are_numbered_without_a_gap():
    counted = Article.objects.annotate(count=Count("editions"), last=Max("editions__number"))
    for article in counted.exclude(count=0).exclude(count=F("last")):
        yield f"Article {article.pk} has {article.count} editions, numbered up to {article.last}."


@rule
def journals_have_no_gap():
    counted = Journal.objects.annotate(count=Count("events"), last=Max("events__seq"))
    for journal in counted.exclude(seq=0, count=0).exclude(seq=F("count"), last=F("seq")):
        yield (
            f"Journal {journal.pk} ({journal.kind}) is at {journal.seq}"
            f" and has {journal.count} Events, up to {journal.last or 0}."
        )


@rule
def node_numbers_were_given_by_the_journal():
    highest = Map.objects.annotate(highest=Max("nodes__number"))
    for map in highest.filter(highest__gt=F("journal__numbered")):
        yield f"Map {map.pk} has node {map.highest}, a number that was not given out yet."


@rule
def every_map_has_an_owner():
    owned = Membership.objects.filter(role=Role.OWNER).values("map")
    for map in Map.objects.filter(team=None).exclude(pk__in=owned):
        yield f"Map {map.pk} has neither an owner nor a team."


@rule
def no_map_is_wider_than_its_article():
    for map in Map.objects.exclude(article=None).select_related("article"):
        if Visibility(map.visibility).wider_than(map.article.visibility):
            yield f"Map {map.pk} is {map.visibility}, its article only {map.article.visibility}."


@rule
def a_thesis_bears_on_rivals_only():
    of_theses = Link.objects.standing().filter(source__kind=Node.Kind.THESIS)
    rivals = {"relation": Link.Relation.OPPOSES, "target_node__kind": Node.Kind.THESIS}
    for link in of_theses.exclude(pk__in=of_theses.filter(**rivals).values("pk")):
        yield f"Link {link.pk} of map {link.map_id} goes out from a thesis."


@rule
def open_flags_are_counted():
    for name, kind in TARGETS.items():
        flags = Flag._meta.get_field(name).related_query_name()
        open_on_it = Count(flags, filter=Q(**{f"{flags}__state": Flag.State.OPEN}))
        for row in kind.model.objects.annotate(found=open_on_it).exclude(open_flags=F("found")):
            yield f"{_name(row)} counts {row.open_flags} open flags and has {row.found}."


@rule
def html_says_what_its_text_does():
    for model in [kind.model for kind in KINDS if issubclass(kind.model, Contribution)]:
        for name in model.prose:
            for row in _each(model.objects.exclude(**{f"{name}_html": ""})):
                if getattr(row, f"{name}_html") != render(getattr(row, name)):
                    yield f"{_name(row)} has the HTML of another {name} than it has now."


@rule
def what_is_searched_is_what_is_written():
    for kind, pk in sorted(set(out_of_step())):
        yield f"{kind.capitalize()} {pk} is searched by other words than its own: mend_search."


@rule
def changes_are_what_they_were():
    for change in _each(Change.objects.exclude(text=None)):
        if digest_of_text(change.salt, change.text) != change.digest:
            yield f"Change {change.pk} is not the text that its digest was made of."


@rule
def events_are_what_they_were():
    for event in _each(Event.objects.prefetch_related("changes")):
        if (
            digest_of_event(event, [change.digest for change in event.changes.all()])
            != event.digest
        ):
            yield f"Event {event.pk} is not what its digest was made of."


@rule
def maps_are_what_their_journals_say():
    for map in Map.objects.order_by("pk"):
        told, found = rebuild(map.journal_id), rows_of(map)
        for key, fields in found.items():
            if key not in told:
                yield f"{key[0]} {key[1]} is not in the journal of map {map.pk}."
            elif _with_defaults(key[0], told[key], fields) != fields:
                yield f"{key[0]} {key[1]} is not what its Changes add up to."
        for kind, number in told.keys() - found.keys():
            if kind in IN_A_MAP:
                yield f"{kind} {number} is in the journal of map {map.pk}, but not there."


def _with_defaults(object_type, told, fields):
    """What is told, and the defaults of fields that came after its Changes were written."""
    model = apps.get_model(object_type)
    later = fields.keys() - told.keys()
    return told | {name: model._meta.get_field(name).get_default() for name in later}


KINDS_IN_A_MAP = [kind for kind in KINDS if kind.in_map]
IN_A_MAP = {
    *(model._meta.label_lower for model in (Map, Membership, Citation, Passage)),
    *(kind.object_type for kind in KINDS_IN_A_MAP),
}


def rows_of(map):
    """All rows of a map, by type and id, as its journal tells of them."""
    for_all = Q(annotations__map=map, annotations__visibility=Annotation.Visibility.MAP)
    rows = [
        map,
        *Membership.objects.filter(map=map),
        *Citation.objects.filter(node__map=map),
        *Passage.objects.filter(Q(nodes__map=map) | for_all).distinct(),
    ]
    for kind in KINDS_IN_A_MAP:
        many = [relation.name for relation in kind.model._meta.many_to_many]
        found = kind.model.objects.filter(map=map).select_related(*kind.related)
        rows += [
            row for row in found.prefetch_related(*many) if kind.journal(row) == map.journal_id
        ]
    return {(row._meta.label_lower, row.pk): _fields(row) for row in rows}


def _fields(row):
    """With the ids that were fetched for all rows at once."""
    many = {
        relation.name: [each.pk for each in getattr(row, relation.name).all()]
        for relation in row._meta.many_to_many
    }
    return fields_of(row, **many)


def _each(rows):
    return rows.order_by("pk").iterator(chunk_size=500)


def _name(row):
    return f"{row._meta.verbose_name.capitalize()} {row.pk}"
