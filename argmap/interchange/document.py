"""MapDocument: an article and its argument as a plain tree, which every format reads and writes."""

from dataclasses import dataclass, field


class FormatError(ValueError):
    """The text is not in the format. `where` says at which place of the document."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where


@dataclass
class Quote:
    """A W3C TextQuoteSelector."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass
class Target:
    """What something is about: exactly one of a node's number, a link's id, a passage."""

    node: int | None = None
    link: str | None = None
    passage: Quote | None = None


@dataclass
class Edition:
    text: str
    note: str = ""


@dataclass
class Article:
    title: str
    byline: str = ""
    publisher: str = ""
    published_on: str = ""
    url: str = ""
    language: str = "en"
    licence_note: str = ""
    edition: Edition | None = None


@dataclass
class Citation:
    title: str = ""
    url: str = ""
    doi: str = ""
    locator: str = ""
    quote: str = ""


@dataclass
class Node:
    number: int
    kind: str
    text: str
    detail: str = ""
    by: str = ""
    passages: list[Quote] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)


@dataclass
class Link:
    """`to` is a node's number, or a link's id for what undercuts or joins."""

    id: str
    source: int
    to: int | str
    relation: str
    by: str = ""
    scheme: str = ""


@dataclass
class Reply:
    text: str
    by: str = ""


@dataclass
class Annotation:
    on: Target
    text: str
    by: str = ""
    motivation: str = "commenting"
    tags: list[str] = field(default_factory=list)
    visibility: str = "map"
    replies: list[Reply] = field(default_factory=list)


@dataclass
class Answer:
    text: str
    by: str = ""


@dataclass
class Decision:
    text: str
    by: str = ""
    changed: str = ""


@dataclass
class Dispute:
    on: Target
    ground: str
    statement: str
    by: str = ""
    evidence: list[int] = field(default_factory=list)
    state: str = "open"
    answer: Answer | None = None
    decision: Decision | None = None


@dataclass
class Stance:
    on: Target
    by: str = ""
    credence: int | None = None
    impact: int | None = None


@dataclass
class MapDocument:
    """`paragraph_hints`: paragraph of this edition -> paragraphs of the text that it digests."""

    title: str
    question: str = ""
    summary: str = ""
    article: Article | None = None
    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)
    paragraph_hints: dict[int, list[int]] = field(default_factory=dict)
