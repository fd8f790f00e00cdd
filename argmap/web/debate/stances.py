"""Taking a stance on a node or a link, and taking it back."""

from django import forms
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.debate.actions import drop_stance, take_stance
from argmap.maps.models import get_map

from ..workspace.about import IMPACTS
from ..workspace.finding import get_link, get_node
from ..writing.forms import Form, posted, write


class CredenceForm(Form):
    credence = forms.IntegerField(
        label="How far do you believe it, in percent",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"data-focus": ""}),
        error_messages={"required": "Give a whole number from 0 to 100."},
    )


class ImpactForm(Form):
    impact = forms.TypedChoiceField(
        label="How much does this step matter",
        coerce=int,
        choices=IMPACTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how much it matters."},
    )


@require_http_methods(["GET", "POST"])
def on_node(request, slug, number):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    return _stance(request, map, node, CredenceForm, node, f"Your stance on #{number}")


@require_http_methods(["GET", "POST"])
def on_link(request, slug, pk):
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    return _stance(request, map, link, ImpactForm, link.source, f"The step: {link}")


def _stance(request, map, target, form_class, node, title):
    require(request.user, Verb.TAKE_STANCE, map)
    if request.method == "POST" and "drop" in request.POST:
        form = Form(request.POST)
    else:
        form = form_class(posted(request))

    def act(data):
        if not data:
            drop_stance(request.user, map, target=target)
            return {"about": target, "toast": "Your stance is taken back."}
        take_stance(request.user, map, target=target, **data)
        return {"about": target, "toast": "Your stance is noted."}

    return write(request, map, form, act, title=title, cancel=target)
