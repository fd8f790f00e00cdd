"""Markdown as people write it in details and annotations, made safe."""

import re
from typing import cast

import nh3
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

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


# Whole addresses and paragraphs of the page: one without a host would lead into this site.
_ADDRESS = re.compile(r"https?://[^/\\]|mailto:|#", re.IGNORECASE)


def html_of(text: str) -> SafeString:
    """HTML without scripts, styles, pictures or foreign forms; links are not vouched for."""
    return cast(SafeString, cache.get_or_set(("markdown", text), lambda: _html_of(text)))


def _html_of(text: str) -> SafeString:
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
