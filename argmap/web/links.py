"""A step of the argument: its page, and adding, moving and retracting it."""

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods, require_safe

from argmap.accounts.permissions import Verb, require
from argmap.journal.writing import Gone
from argmap.maps.actions import add_link, restore_link, retract_link
from argmap.maps.models import Link, Node, get_map

from .about import context_of
from .forms import Form, posted, write
from .nodes import ReasonForm, _choices
from .respond import etag_of, not_modified, page, with_etag
from .workspace import get_node


def get_link(map, pk):
    """The link of a map that was asked for already. Raises Gone."""
    link = (
        Link.objects.filter(map=map, pk=pk)
        .select_related(
            "author",
            "source",
            "target_node",
            "target_link__source",
            "target_link__target_node",
            "target_link__target_link__source",
        )
        .first()
    )
    if link is None:
        raise Gone
    link.map = map
    return link


@require_safe
def link_page(request, slug, pk):
    map = get_map(request.user, slug)
    etag = etag_of(request, map)
    if unchanged := not_modified(request, etag):
        return unchanged
    context = context_of(request, map, get_link(map, pk))
    return with_etag(page(request, "maps/link.html", context, fragment="about"), etag)


class LinkForm(Form):
    button = "Add link"
    relation = forms.ChoiceField(
        label="It",
        choices=[("supports", "supports"), ("opposes", "opposes")],
        widget=forms.RadioSelect,
        initial="supports",
    )
    on = forms.IntegerField(
        label="Which statement",
        widget=forms.Select,
        error_messages={"required": "Choose the statement that it bears on."},
    )

    def __init__(self, *args, map, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.choices = _choices(map, self)


@require_http_methods(["GET", "POST"])
def write_link(request, slug, number):
    """The node of that number bears on one more."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.ADD, map)
    form = LinkForm(posted(request), map=map)

    def act(data):
        target = Node.objects.filter(map=map, number=data["on"]).first()
        if target is None:
            raise ValidationError({"on": f"There is no statement #{data['on']} in this map."})
        add_link(request.user, map, source=node, target=target, relation=data["relation"])
        return {"about": node, "toast": "Linked."}

    return write(request, map, form, act, title=f"#{node.number} also bears on", cancel=node.number)


@require_http_methods(["GET", "POST"])
def retract(request, slug, pk):
    return _confirm(request, slug, pk, retract_link, "Retract", "The step is retracted.")


@require_http_methods(["GET", "POST"])
def restore(request, slug, pk):
    return _confirm(request, slug, pk, restore_link, "Restore", "The step stands again.")


def _confirm(request, slug, pk, action, button, toast):
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    own = request.user.pk == link.author_id
    require(request.user, Verb.RETRACT_OWN if own else Verb.RETRACT, link)
    form = ReasonForm(posted(request))
    form.button = button

    def act(data):
        action(request.user, link, reason=data["reason"])
        return {"about": link, "toast": toast}

    return write(
        request, map, form, act, title=f"{button} the step: {link}", cancel=link.source.number
    )
