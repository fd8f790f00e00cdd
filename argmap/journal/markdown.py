"""Markdown as people write it in details and annotations, made safe.

It stands on this floor because it is rendered when it is written (`Contribution.save`), not when
a page is read. Rows keep the HTML: whoever changes what comes out here, writes a migration that
renders them again (see `render_rows`), and `check_data` tells where that was forgotten.
"""

import re
from typing import cast

import nh3
from django.core.cache import caches
from django.db.models import Model
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
    return cast(SafeString, cache.get_or_set(("markdown", text), lambda: render(text)))


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
