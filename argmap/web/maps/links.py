"""A link: its page, and adding and retracting it."""

from django import forms
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.maps.actions import add_link, restore_link, retract_link
from argmap.maps.models import get_map

from ..http.respond import page, versioned
from ..workspace.about import context_of
from ..workspace.finding import get_link, get_node
from ..writing.forms import AmongStatements, Form, StatementField, confirm, posted, write
from ..writing.picking import find_node


@versioned
def link_page(request, map, pk):
    """A link with what bears on it and what was said of it; for htmx the margin about it."""
    context = context_of(request, map, get_link(map, pk))
    return page(request, "maps/link.html", context, fragment="about")


class LinkForm(AmongStatements, Form):
    button = "Add link"
    relation = forms.ChoiceField(
        label="It",
        choices=[("supports", "supports"), ("opposes", "opposes")],
        widget=forms.RadioSelect,
        initial="supports",
    )
    on = StatementField(
        label="Which statement",
        error_messages={"required": "Choose the statement that it bears on."},
    )


@require_http_methods(["GET", "POST"])
def write_link(request, slug, number):
    """The node of that number bears on one more."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.ADD, map)
    form = LinkForm(posted(request), map=map)

    def act(data):
        target = find_node(map, data["on"], "on")
        add_link(request.user, map, source=node, target=target, relation=data["relation"])
        return {"about": node, "toast": "Linked."}

    return write(request, map, form, act, title=f"#{node.number} also bears on", cancel=node)


@require_http_methods(["GET", "POST"])
def retract(request, slug, pk):
    return _confirm(request, slug, pk, retract_link, "Retract", "The step is retracted.")


@require_http_methods(["GET", "POST"])
def restore(request, slug, pk):
    return _confirm(request, slug, pk, restore_link, "Restore", "The step stands again.")


def _confirm(request, slug, pk, action, button, toast):
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    require(request.user, Verb.RETRACT, link)
    done = {"about": link, "toast": toast}
    return confirm(request, map, link, action, button, done, title=f"{button} the step: {link}")
