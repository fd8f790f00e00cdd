"""Every write to articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models

from argmap.accounts.models import Team, User
from argmap.accounts.permissions import Verb, may_read_words, require, require_signed_in
from argmap.interchange import markdown
from argmap.interchange.structured import StructuredText
from argmap.journal.bulk import Row, insert
from argmap.journal.errors import Settled
from argmap.journal.models import Change, Journal
from argmap.journal.text import clean, clean_fields, is_blank
from argmap.journal.writing import (
    Actor,
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

from . import anchoring, limits
from .models import Article, Edition, Passage, Placement, sha256_of
from .placing import find_places, passages_of

MOST_PARAGRAPHS = 5000
MOST_EDITIONS = 100  # of an article
MOST_PASSAGES = 100_000  # of an article, in all its maps
PARTICULARS = [*limits.ARTICLE, "published_on"]


class WrittenAs(models.TextChoices):
    """What a text is brought in as: its marks are words, or say what the words are."""

    PLAIN = "plain", "plain text"
    MARKDOWN = "markdown", "Markdown"


class OfArticle(Protocol):
    """A map, which stands on a higher floor."""

    @property
    def article(self) -> Article | None: ...


@dataclass(frozen=True)
class Selection:
    """Words that someone selected: offsets in an edition, in code points."""

    edition: Edition
    start: int
    end: int


@action
def bring_in_article(
    actor: User,
    *,
    text: str,
    written_as: str = WrittenAs.PLAIN,
    note: str = "",
    team: Team | None = None,
    **fields: Any,
) -> Article:
    """A new article with its first edition, the actor's own or their team's.

    Anyone signed in; for a team, its writers. `fields` are the article's by name. The Event
    holds the article and the edition. Raises ValidationError.
    """
    source, note = read_text(text, written_as), checked_note(note)
    article = _begin_article(actor, fields, team)
    taken = take(article.journal_id)
    require_to_begin(actor, team)
    article.created_at = taken.at
    article.save()
    edition = _add_edition(actor, article, source, note, taken.at)
    record(article.journal_id, actor, created(article), created(edition))
    return article


@action
def edit_article(actor: User, article: Article, **fields: Any) -> Article:
    """The article's owner (its team's owners): what is known of it, by name.

    Its visibility is its maps' business too: see `maps.actions.set_article_visibility`.
    The Event holds what differs. Raises ValidationError.
    """
    check_names(fields, PARTICULARS)
    fields |= _checked_particulars(fields)
    take(article.journal_id)
    article = again(article, "team")
    require(actor, Verb.MANAGE, article)
    before = fields_of(article)
    _fill_article(article, fields)
    check_difference(article, before)
    article.save(update_fields=PARTICULARS)
    record(article.journal_id, actor, changed(article, before))
    return article


def _placed(
    actor: User, article: Article, *, text: str, written_as: str = WrittenAs.PLAIN, note: str = ""
) -> tuple[StructuredText, list[Row]]:
    """The text fit to store, with the places in it of all passages that there are."""
    require(actor, Verb.NEW_EDITION, article)
    source = read_text(text, written_as)
    _check_count(article.editions.count())
    return source, find_places(source.text, passages_of(article.pk))


@action(first=_placed)
def add_edition(
    actor: User,
    article: Article,
    *,
    text: str,
    written_as: str = WrittenAs.PLAIN,
    note: str = "",
    ready: tuple[StructuredText, list[Row]],
) -> Edition:
    """A new text of the article, with every passage of it placed there.

    The article's owner or its team's editors. A passage chosen in a digest is placed in the
    paragraphs that the digest names. Placements follow from the texts, so the Event holds
    the edition alone; they are found before the lock, and see `placing` for what is chosen
    meanwhile.
    """
    note = checked_note(note)
    taken = take(article.journal_id)
    article = again(article, "team")
    require(actor, Verb.NEW_EDITION, article)
    source, placed = ready
    edition = _add_edition(actor, article, source, note, taken.at)
    if placed:
        insert(Placement, placed, {"edition_id": edition.pk, "placed_by_id": None})
    record(article.journal_id, actor, created(edition))
    return edition


def _check_count(count: int) -> None:
    if count >= MOST_EDITIONS:
        raise ValidationError({"text": f"An article has at most {MOST_EDITIONS} editions."})


def require_to_begin(actor: Actor, team: Team | None) -> None:
    """Anyone signed in may begin something of their own; of a team, its writers."""
    require(actor, Verb.BEGIN)
    if team is not None:
        require(actor, Verb.ADD, team)


def _begin_article(actor: User, fields: dict[str, Any], team: Team | None = None) -> Article:
    """An unsaved article with its journal; it is saved when that is taken."""
    require_signed_in(actor, Verb.BEGIN)
    check_names(fields, {*PARTICULARS, "visibility"})
    fields = fields | _checked_particulars(fields)
    owner = None if team else actor
    article = Article(journal=new_journal(Journal.Kind.ARTICLE), owner=owner, team=team)
    return _fill_article(article, fields)


def _checked_particulars(fields: Mapping[str, Any]) -> dict[str, str]:
    return clean_fields(
        limits.ARTICLE, **{name: fields[name] for name in limits.ARTICLE if name in fields}
    )


def _fill_article(article: Article, fields: Mapping[str, Any]) -> Article:
    for name, value in fields.items():
        setattr(article, name, value)
    article.full_clean(exclude=["journal"])
    return article


def _add_edition(
    actor: User,
    article: Article,
    source: StructuredText,
    note: str,
    at: datetime,
    digests: dict[str, list[int]] | None = None,
) -> Edition:
    last = article.editions.order_by("-number").first()
    _check_count(last.number if last else 0)
    structure = source.as_rows()
    digest = sha256_of(source.text, structure)
    if last and last.sha256 == digest:
        raise ValidationError(
            {"text": "This is the text of the newest edition, letter for letter."}
        )
    return Edition.objects.create(
        article=article,
        number=last.number + 1 if last else 1,
        text=source.text,
        structure=structure,
        sha256=digest,
        note=note,
        digests=digests or {},
        added_by=actor,
        created_at=at,
    )


def checked_note(note: str) -> str:
    """What is said of an edition, fit to store. Raises ValidationError."""
    return clean_fields({"note": limits.NOTE}, note=note)["note"]


def read_text(source: str, written_as: str = WrittenAs.PLAIN) -> StructuredText:
    """A text as it was written, fit to store. Raises ValidationError on the field `text`."""
    text = checked_text(source)
    if written_as != WrittenAs.MARKDOWN:
        return StructuredText(text)
    try:
        read = markdown.read(text)
    except markdown.TooMuch as much:
        sentence = "This cannot be read as Markdown; bring it in as plain text, or in parts."
        raise ValidationError({"text": f"{sentence} {much}"}) from much
    checked_text(read.text)
    return read


def checked_text(text: str) -> str:
    """The text of an edition, fit to store. Raises ValidationError on the field `text`."""
    try:
        text = clean(text, normalise=False, longest=limits.TEXT).strip("\n")
    except ValidationError as error:
        raise ValidationError({"text": error}) from error
    if is_blank(text):
        raise ValidationError(
            {"text": "There is no text in this. Paste the article, or choose its file."}
        )
    if len(anchoring.paragraphs(text, MOST_PARAGRAPHS + 1)) > MOST_PARAGRAPHS:
        raise ValidationError(
            {"text": f"This text has too many paragraphs; the most is {MOST_PARAGRAPHS:,}."}
        )
    return text


def _check_words(words: str) -> None:
    """Raises ValidationError on the field `passage` where these are none, or too many for one."""
    if is_blank(words):
        raise ValidationError({"passage": "Only blank space is selected. Select some words."})
    if len(words) > anchoring.LONGEST_QUOTE:
        most = f"{anchoring.LONGEST_QUOTE:,}"
        raise ValidationError(
            {"passage": f"{len(words):,} characters are selected; the most is {most}."}
        )


def _check_passages(article_id: int) -> None:
    passages = Passage.objects.filter(edition__article=article_id).order_by("pk")
    if passages[MOST_PASSAGES - 1 : MOST_PASSAGES].exists():
        raise ValidationError({"passage": f"An article has at most {MOST_PASSAGES:,} passages."})


def journals_of_passage(map: OfArticle, chosen: object) -> list[int]:
    """What is held while a passage is chosen: the article's journal, where words were selected."""
    return [map.article.journal_id] if isinstance(chosen, Selection) and map.article else []


def _choose_passage(actor: User, article: Article | None, selection: Selection) -> Passage:
    """A passage of selected words of the article, placed in their edition.

    In others it is placed when somebody reads them: that takes long, and here all others wait.
    Raises ValidationError on the field `passage` where they are of another article, or stand
    nowhere in the edition; and Settled where a moderator hid the words from the actor, before
    anything is asked of them: answers would spell them out.
    """
    edition, start, end = selection.edition, selection.start, selection.end
    if article is None or edition.article_id != article.pk:
        raise ValidationError({"passage": "This passage lies in another article."})
    if not may_read_words(actor, again(article, "team")):
        raise Settled("A moderator has hidden the article.")
    try:
        quote = anchoring.quote(edition.text, start, end)
    except ValueError:
        raise ValidationError(
            {"passage": "These words do not stand in this edition. Select them again."}
        ) from None
    _check_words(quote.exact)
    _check_passages(article.pk)
    passage = Passage.objects.create(
        edition=edition, exact=quote.exact, prefix=quote.prefix, suffix=quote.suffix
    )
    Placement.objects.create(
        passage=passage, edition=edition, start=start, end=end, status=Placement.Status.EXACT
    )
    return passage


def stamp_of(placement: Placement | None) -> str:
    """What somebody saw of a placement who decides on another, to be told from what is there."""
    if placement is None or placement.placed_by_id is None:
        return "nobody"
    return f"{placement.placed_by_id}:{placement.start}:{placement.end}"


def _place(
    actor: User,
    passage: Passage,
    edition: Edition,
    start: int | None,
    end: int | None,
    seen: str | None,
) -> tuple[Placement, Change]:
    """A passage where a person says, or nowhere. Raises ValidationError on the field `passage`;
    Settled where someone else said so since what was `seen`."""
    if start is None or end is None:
        if (start, end) != (None, None):
            raise ValidationError({"passage": "Say where it begins and where it ends."})
        place: dict[str, Any] = {"status": Placement.Status.ORPHANED, "score": 0.0}
    else:
        if not 0 <= start < end <= len(edition.text):
            raise ValidationError({"passage": "These words do not stand in this edition."})
        _check_words(edition.text[start:end])
        place = {"status": Placement.Status.PLACED, "score": 1.0}
    place |= {"start": start, "end": end, "placed_by": actor}
    # Whoever reads the edition in this moment may store a computed place.
    placement, new = Placement.objects.get_or_create(
        passage=passage, edition=edition, defaults=place
    )
    if new:
        return placement, created(placement)
    by_another = placement.placed_by_id not in {None, actor.pk}
    if seen is not None and by_another and stamp_of(placement) != seen:
        raise Settled("Someone else has said meanwhile where these words stand.")
    before = fields_of(placement)
    for name, value in place.items():
        setattr(placement, name, value)
    placement.save()
    return placement, changed(placement, before)
