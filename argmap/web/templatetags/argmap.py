from django import template

from argmap.web.markdown import html_of

register = template.Library()


@register.filter
def markdown(text):
    return html_of(text or "")


@register.filter
def kind_of_widget(field):
    """checkbox, radio, hidden, file or field: how a form lays a field out."""
    kind = getattr(field.field.widget, "input_type", "")
    return kind if kind in ("checkbox", "radio", "hidden", "file") else "field"


@register.filter
def styles(names):
    """The style sheets of these names, as paths of static files."""
    return [f"css/{name}.css" for name in names.split()]
