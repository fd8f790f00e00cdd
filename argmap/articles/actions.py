"""Every write to articles."""

import hashlib
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Verb, require, require_signed_in
from argmap.journal.models import Journal
from argmap.journal.text import clean, clean_fields
from argmap.journal.writing import (
    action,
    again,
    changed,
    check_difference,
    check_names,
    created,
    fields_of,
    new_journal,
    record,
    take,
)

from . import anchoring
from .models import Article, Edition, Passage, Placement

LONGEST_TEXT = 500_000  # code points of an edition
MOST_PARAGRAPHS = 5000
MOST_OTHERS = 20  # editions in which a passage that was chosen in another one is placed
LONGEST = {
    "title": 300,
    "byline": 200,
    "publisher": 200,
    "url": 1000,
    "language": 35,
    "licence_note": 500,
}
LONGEST_NOTE = 500
PARTICULARS = [*LONGEST, "published_on"]


@dataclass(frozen=True)
class Selection:
    """Words that someone selected: offsets in an edition, in code points."""

    edition: object
    start: int
    end: int


@action
def bring_in_article(actor, *, text, note="", team=None, **fields):
    """A new article with its first edition, the actor's own or their team's.

    Anyone signed in; for a team, its writers. `fields` are the article's by name. The Event
    holds the article and the edition. Raises ValidationError.
    """
    article = _begin_article(actor, fields, team)
    taken = take(article.journal_id)
    require_to_begin(actor, team)
    article.created_at = taken.at
    article.save()
    edition = _add_edition(actor, article, text, note, taken.at)
    record(article.journal_id, actor, created(article), created(edition))
    return article


@action
def edit_article(actor, article, **fields):
    """The article's owner (its team's owners): what is known of it, by name.

    Its visibility is its maps' business too: see `maps.actions.set_article_visibility`.
    The Event holds what differs. Raises ValidationError.
    """
    check_names(fields, PARTICULARS)
    take(article.journal_id)
    article = again(article, "team")
    require(actor, Verb.MANAGE, article)
    before = fields_of(article)
    _fill_article(article, fields)
    check_difference(article, before)
    article.save(update_fields=PARTICULARS)
    record(article.journal_id, actor, changed(article, before))
    return article


@action
def add_edition(actor, article, *, text, note=""):
    """A new text of the article, with every passage of it placed there.

    The article's owner or its team's editors. A passage chosen in a digest is placed in the
    paragraphs that the digest names. Placements follow from the texts, so the Event holds
    the edition alone.
    """
    taken = take(article.journal_id)
    article = again(article, "team")
    require(actor, Verb.NEW_EDITION, article)
    edition = _add_edition(actor, article, text, note, taken.at)
    _place_all(edition)
    record(article.journal_id, actor, created(edition))
    return edition


def require_to_begin(actor, team):
    """Anyone signed in may begin something of their own; of a team, its writers."""
    require(actor, Verb.BEGIN)
    if team is not None:
        require(actor, Verb.ADD, team)


def _begin_article(actor, fields, team=None):
    """An unsaved article with its journal; it is saved when that is taken."""
    require_signed_in(actor, Verb.BEGIN)
    check_names(fields, {*PARTICULARS, "visibility"})
    owner = None if team else actor
    article = Article(journal=new_journal(Journal.Kind.ARTICLE), owner=owner, team=team)
    return _fill_article(article, fields)


def _fill_article(article, fields):
    known = {name: value for name, value in fields.items() if name in LONGEST}
    for name, value in clean_fields(LONGEST, **known).items():
        setattr(article, name, value)
    for name in ("published_on", "visibility"):
        if name in fields:
            setattr(article, name, fields[name])
    article.full_clean(exclude=["journal"])
    return article


def _add_edition(actor, article, text, note, at, digests=None):
    text = checked_text(text)
    last = article.editions.order_by("-number").first()
    digest = hashlib.sha256(text.encode()).hexdigest()
    if last and last.sha256 == digest:
        raise ValidationError(
            {"text": "This is the text of the newest edition, letter for letter."}
        )
    return Edition.objects.create(
        article=article,
        number=last.number + 1 if last else 1,
        text=text,
        sha256=digest,
        note=clean_fields({"note": LONGEST_NOTE}, note=note)["note"],
        digests=digests or {},
        added_by=actor,
        created_at=at,
    )


def checked_text(text):
    """The text of an edition, fit to store. Raises ValidationError on the field `text`."""
    try:
        text = clean(text, normalise=False).strip("\n")
    except ValidationError as error:
        raise ValidationError({"text": error}) from error
    if not text.strip():
        raise ValidationError(
            {"text": "There is no text in this. Paste the article, or choose its file."}
        )
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            {"text": f"This text has {len(text):,} characters; the most is {LONGEST_TEXT:,}."}
        )
    if len(anchoring.paragraphs(text, MOST_PARAGRAPHS + 1)) > MOST_PARAGRAPHS:
        raise ValidationError(
            {"text": f"This text has too many paragraphs; the most is {MOST_PARAGRAPHS:,}."}
        )
    return text


def _place_all(edition):
    """Place each passage of the article in its new edition."""
    others = edition.article.editions.exclude(pk=edition.pk)
    passages = list(Passage.objects.filter(edition__in=others))
    quotes = [anchoring.Quote(each.exact, each.prefix, each.suffix) for each in passages]
    searched = anchoring.Searched(edition.text)
    digests = {each.pk: _Digest(each) for each in others.exclude(digests={})}
    placements = []
    for passage, quote, place in zip(passages, quotes, searched.places(quotes), strict=True):
        if place.status == "orphaned" and passage.edition_id in digests:
            numbers = digests[passage.edition_id].digested_by(quote)
            place = searched.place_by_paragraph(quote, numbers)
        placements.append(placement_at(passage, edition, place))
    Placement.objects.bulk_create(placements, batch_size=500)


class _Digest:
    """An edition whose paragraphs name those of the original that they are a digest of."""

    def __init__(self, edition):
        self.searched = anchoring.Searched(edition.text)
        self.digests = edition.digests

    def digested_by(self, quote):
        """The paragraphs of the original that are named where the quote stands."""
        [place] = self.searched.places([quote])
        if place.status == "orphaned":
            return set()
        parts = anchoring.touched(self.searched.paragraphs, place.start, place.end)
        named = (number for part in parts for number in self.digests.get(str(part.number), ()))
        return set(islice(named, anchoring.MOST_HINTED))


def placement_at(passage, edition, place):
    """An unsaved placement."""
    return Placement(
        passage=passage,
        edition=edition,
        start=place.start,
        end=place.end,
        status=place.status,
        score=place.score,
    )


def check_length(words):
    """Raises ValidationError on the field `passage` where these are too many for one."""
    if len(words) > anchoring.LONGEST_QUOTE:
        most = f"{anchoring.LONGEST_QUOTE:,}"
        raise ValidationError(
            {"passage": f"{len(words):,} characters are selected; the most is {most}."}
        )


def _choose_passage(article_id, selection):
    """A passage of selected words of that article, placed in their edition and the newest others.

    Raises ValidationError on the field `passage` where they are of another article, or stand
    nowhere in the edition.
    """
    edition, start, end = selection.edition, selection.start, selection.end
    if edition.article_id != article_id:
        raise ValidationError({"passage": "This passage lies in another article."})
    try:
        quote = anchoring.quote(edition.text, start, end)
    except ValueError:
        raise ValidationError(
            {"passage": "These words do not stand in this edition. Select them again."}
        ) from None
    if not quote.exact.strip():
        raise ValidationError({"passage": "Only blank space is selected. Select some words."})
    check_length(quote.exact)
    passage = Passage.objects.create(
        edition=edition, exact=quote.exact, prefix=quote.prefix, suffix=quote.suffix
    )
    others = edition.article.editions.exclude(pk=edition.pk).order_by("-number")[:MOST_OTHERS]
    placements = [
        placement_at(passage, edition, anchoring.Place("exact", start, end)),
        *(placement_at(passage, other, anchoring.place(other.text, quote)) for other in others),
    ]
    Placement.objects.bulk_create(placements)
    return passage
