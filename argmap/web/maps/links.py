"""A link: its page, and adding, turning, moving and retracting it."""

from django import forms
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.maps.actions import add_link, edit_link, move_link, restore_link, retract_link
from argmap.maps.models import get_map
from argmap.maps.schemes import SCHEMES

from ..http.respond import page, versioned
from ..workspace.about import context_of
from ..workspace.finding import get_link, get_node
from ..writing.forms import AmongStatements, Form, StatementField, confirm, posted, write
from ..writing.picking import find_node, find_step_of


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


class SeenForm(Form):
    """Of a step as its sender saw it: in this version; or, as an outline tells it, bearing so on
    the statement of this number (`seen`)."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def version_of(self, link):
        """The version that was seen; none of the link's where it has changed since."""
        version, seen = self.cleaned_data["version"], self.cleaned_data["seen"]
        if version is None and seen == f"{link.relation} {link.end_node.number}":
            return link.version
        return version


class MoveForm(AmongStatements, SeenForm):
    button = "Move"
    on = StatementField(error_messages={"required": "Choose the statement below which it goes."})

    def __init__(self, *args, link, **kwargs):
        super().__init__(*args, map=link.map, **kwargs)
        joined = link.target_link_id is not None
        self.fields["on"].label = f"It {link.relation}{' the step from' if joined else ''}"


class SchemeForm(SeenForm):
    scheme = forms.ChoiceField(
        label="It argues from",
        required=False,
        help_text="A pattern has questions that its critics should ask; they stand on the page of"
        " the step.",
    )

    def __init__(self, *args, link, **kwargs):
        super().__init__(*args, **kwargs)
        names = dict.fromkeys([link.scheme, *SCHEMES] if link.scheme else SCHEMES)
        patterns = [(name, _in_words(name)) for name in names]
        self.fields["scheme"].choices = [("", "no pattern that is named"), *patterns]


def _in_words(name):
    return f"{name}: {SCHEMES[name].says}" if name in SCHEMES else name


@require_http_methods(["GET", "POST"])
def scheme(request, slug, pk):
    """By which pattern the step argues."""
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    require(request.user, Verb.EDIT, link)
    initial = {"version": link.version, "scheme": link.scheme}
    form = SchemeForm(posted(request), initial=initial, link=link)

    def act(data):
        named = edit_link(request.user, link, version=form.version_of(link), scheme=data["scheme"])
        return {"about": named, "toast": "Noted. Its questions stand with the step."}

    return write(request, map, form, act, title=f"The pattern of the step: {link}", cancel=link)


@require_http_methods(["GET", "POST"])
def turn(request, slug, pk):
    """What supported opposes from now on, what joined undercuts; and the other way round."""
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    require(request.user, Verb.EDIT, link)
    form = SeenForm(posted(request), initial={"version": link.version})
    form.button = f"It {link.turned} it"

    def act(data):
        turned = edit_link(request.user, link, version=form.version_of(link), relation=link.turned)
        return _shaped(turned, turned.relation)

    return write(request, map, form, act, title=f"Turn the step: {link}", cancel=link.source)


@require_http_methods(["GET", "POST"])
def move(request, slug, pk):
    """The step leads to another statement, or to the step from it."""
    map = get_map(request.user, slug)
    link = get_link(map, pk)
    require(request.user, Verb.MOVE, link)
    form = MoveForm(posted(request), initial={"version": link.version}, link=link)

    def act(data):
        find = find_node if link.target_link_id is None else find_step_of
        target = find(map, data["on"], "on")
        return _shaped(
            move_link(request.user, link, version=form.version_of(link), target=target), "bears on"
        )

    return write(request, map, form, act, title=f"Move the step: {link}", cancel=link.source)


def _shaped(link, how):
    source = link.source.number
    return {
        "about": link.source,
        "focus": f"#card-{source} .statement a",
        "toast": f"#{source} {how} #{link.end_node.number} now.",
    }


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
