"""What templates ask of Python: Markdown, the layout of fields, and where links and forms lead."""

import re

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from argmap.journal.once import FIELD

from ..http.form_keys import new_key
from ..http.static import style_sheets

register = template.Library()

TO_NODE = '<a href="?node='


@register.simple_tag(takes_context=True)
def prose(context, contribution, name):
    """What it says in a field of Markdown. Nodes that it names are those of its map."""
    return _leading_to_nodes(contribution.html(name), context.get("map") or contribution.map)


@register.simple_tag(takes_context=True)
def excerpt(context, contribution, name, most):
    """The beginning of the same, of so many characters."""
    map = context.get("map") or contribution.map
    return _leading_to_nodes(_beginning(contribution.html(name), most), map)


@register.simple_tag(takes_context=True)
def beginning_of(context, html, most):
    """The beginning of what a field of Markdown was rendered to."""
    return _leading_to_nodes(_beginning(html, most), context["map"])


#: What is left of a word that was cut, before the end tags that follow it.
_CUT_WORD = re.compile(r"\s+[^\s<>]{,40}…(?=(?:</\w+>)*$)")


def _beginning(html, most):
    """So many characters of it, or a few less: it ends with a whole word."""
    beginning = Truncator(html).chars(most, html=True)
    if len(strip_tags(beginning)) < len(strip_tags(html)):
        beginning = _CUT_WORD.sub("…", beginning)
    return mark_safe(beginning)  # noqa: S308 (Truncator closes what it cuts)


def _leading_to_nodes(html, map):
    if TO_NODE not in html:
        return html
    return mark_safe(html.replace(TO_NODE, f'<a href="{map.get_absolute_url()}?node='))  # noqa: S308


@register.filter
def kind_of_widget(field):
    """checkbox, radio, hidden, file or field: how a form lays a field out."""
    kind = getattr(field.field.widget, "input_type", "")
    return kind if kind in ("checkbox", "radio", "hidden", "file") else "field"


@register.filter
def is_optional(field):
    """Whether a form can do without it, whatever else stands in it (see `Form.needed`)."""
    return not field.field.required and field.name not in field.form.needed


@register.simple_tag
def styles_of_every_page():
    """The links to their style sheets."""
    files = ((staticfiles_storage.url(each),) for each in style_sheets(staticfiles_storage))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', files)


@register.simple_tag(takes_context=True)
def leads(context, view, *args, **query):
    """The attributes of a link to a view (or an address): into the margin, but just there
    on a page of its own (whose address is `on_page`).

    Of two that one follows in a row the later counts, whichever is answered first.
    """
    url = view if view.startswith("/") else _address(view, args, query)
    if context.get("on_page"):
        return format_html('href="{}"', url)
    return format_html(
        'href="{0}" hx-get="{0}" hx-target="#margin" hx-swap="innerHTML" hx-sync="#margin:replace"',
        url,
    )


@register.simple_tag(takes_context=True)
def posts(context, view, *args):
    """The attributes of a form that posts to a view (or to an address), like those of `leads`."""
    url = view if view.startswith("/") else _address(view, args, {})
    if context.get("on_page"):
        return format_html('method="post" action="{}"', url)
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="#margin" hx-swap="innerHTML"'
        ' hx-status:422="target:#margin swap:innerHTML"'
        ' hx-status:409="target:#margin swap:innerHTML" hx-sync="this:drop"',
        url,
    )


@register.simple_tag(takes_context=True)
def once(context):
    """The key of a form: however often it is sent, it makes one thing."""
    key = context.get("once") or new_key(context["user"])
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key)


def _address(view, args, query):
    address = reverse(view, args=args)
    return f"{address}?{urlencode(query)}" if query else address
