"""Markdown as people write it in details and annotations, made safe.

It stands on this floor because it is rendered when it is written (`Contribution.save`), not when
a page is read. Rows keep the HTML: whoever changes what comes out here, writes a migration that
renders them again (see `render_rows`), and `check_data` tells where that was forgotten.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import repeat
from typing import cast
from urllib.parse import quote

import nh3
from django.core.cache import caches
from django.db.models import Model
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .text import is_blank

cache = caches["pages"]

# No tables, and no addresses that are written once and used everywhere: a few kilobytes of
# either become megabytes.
_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable("strikethrough")
    .disable(["reference", "image"])
)
#: Of this many brackets hardly one is a link, and to find that out takes ten times as long.
MANY_BRACKETS = 1000
_parser_without_links = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable("strikethrough")
    .disable(["reference", "image", "link"])
)
_TAGS = {
    "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "h6",
}  # fmt: skip


# Whole addresses, paragraphs of the page, and nodes: any other one without a host would lead into
# this site.
_ADDRESS = re.compile(r"https?://[^/\\]|mailto:|#|\?node=\d+\Z", re.IGNORECASE)

#: What is a link though nobody made it one: nodes by their number, addresses, DOIs.
_REFERENCE = re.compile(
    r"(?<![\w#&/])\#(?P<node>[1-9]\d{0,8})(?!\w)"
    r"|(?<!\w)(?P<address>https?://[^\s<>\"]+)"
    r"|(?<![\w/.])(?P<doi>10\.\d{4,9}/[^\s<>\"]+)",
    re.IGNORECASE | re.VERBOSE,
)
MOST_REFERENCES = 500  # of a text, since each is as long as twenty of `#1`
_AFTER_IT = ".,;:!?…'’”»*_)]}"  # which end a sentence, not an address


def _link_references(state: StateCore) -> None:
    allowed = repeat(None, MOST_REFERENCES)
    for token in state.tokens:
        if token.children and _REFERENCE.search(token.content):
            token.children = list(_with_references(token.children, allowed))


def _with_references(tokens: list[Token], allowed: Iterator[None]) -> Iterator[Token]:
    in_links = 0
    for token in tokens:
        in_links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or in_links:
            yield token
            continue
        at = 0
        for found, _ in zip(_REFERENCE.finditer(token.content), allowed, strict=False):
            words = _without_what_follows(found.group())
            yield Token("text", "", 0, content=token.content[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": _address_of(found, words)})
            yield Token("text", "", 0, content=words)
            yield Token("link_close", "a", -1)
            at = found.start() + len(words)
        yield Token("text", "", 0, content=token.content[at:])


def _without_what_follows(words: str) -> str:
    end, unopened = len(words), words.count(")") - words.count("(")
    while words[end - 1] in _AFTER_IT:
        if words[end - 1] == ")":
            if unopened <= 0:
                break  # as in the addresses of encyclopedias
            unopened -= 1
        end -= 1
    return words[:end]


def _address_of(found: re.Match[str], words: str) -> str:
    if found["node"]:
        return f"?node={found['node']}"
    return f"https://doi.org/{quote(words)}" if found["doi"] else quote(words, safe=_IN_ADDRESSES)


_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"
for _each in (_parser, _parser_without_links):
    _each.core.ruler.after("text_join", "references", _link_references)


def html_of(text: str) -> SafeString:
    """HTML without scripts, styles, pictures or foreign forms; links are not vouched for."""
    return cast(SafeString, cache.get_or_set(("markdown", text), lambda: render(text)))


def says_nothing(text: str) -> bool:
    """Whether nobody reads anything in it: `***` is a rule, and `> ` an empty quotation. But
    `2021.` is read, though it is a list whose first item is empty.
    """
    html = html_of(text)
    return "<ol" not in html and is_blank(unescape(strip_tags(html)))


def render(text: str) -> SafeString:
    """The same, made anew and kept nowhere: for texts by the thousand."""
    parser = _parser if text.count("[") < MANY_BRACKETS else _parser_without_links
    return mark_safe(  # noqa: S308 (nh3 has cleaned it)
        nh3.clean(
            parser.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=_only_addresses,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener ugc",
        )
    )


def _only_addresses(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or _ADDRESS.match(value) else None


def render_rows(model: type[Model], *names: str) -> None:
    """Give all rows of a model the HTML of these fields; for migrations."""
    kept = [f"{name}_html" for name in names]
    rows: list[Model] = []
    for row in model._default_manager.only(*names).order_by("pk").iterator(chunk_size=500):
        for name in names:
            setattr(row, f"{name}_html", render(getattr(row, name)))
        rows.append(row)
        if len(rows) == 500:
            model._default_manager.bulk_update(rows, kept)
            rows = []
    model._default_manager.bulk_update(rows, kept)
