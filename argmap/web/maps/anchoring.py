"""Anchoring a statement that stands already to words of the article, one passage more."""

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.maps.actions import anchor_node
from argmap.maps.models import get_map

from ..writing.forms import (
    AmongStatements,
    SelectionForm,
    StatementField,
    node_in_view,
    posted,
    write,
)
from ..writing.picking import find_node


class AnchorForm(AmongStatements, SelectionForm):
    button = "Anchor"
    on = StatementField(
        label="Which statement rests on them",
        widget=forms.TextInput(attrs={"data-focus": ""}),
        error_messages={"required": "Choose the statement that rests on these words."},
    )


@require_http_methods(["GET", "POST"])
def anchor(request, slug):
    map = get_map(request.user, slug)
    require(request.user, Verb.ADD, map)
    names = ("edition", "start", "end")
    initial = {name: request.GET[name] for name in names if name in request.GET}
    initial["on"] = node_in_view(request)
    form = AnchorForm(posted(request), initial=initial, map=map)

    def act(data):
        node = find_node(map, data["on"], "on")
        if (selection := form.selection(map)) is None:
            raise ValidationError("Select words of the article first.")
        anchor_node(request.user, node, selection)
        return {"about": node, "toast": f"#{node.number} is anchored there."}

    return write(request, map, form, act, title="Anchor a statement to these words")
