"""Adding, editing and retracting a node."""

from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Gone
from argmap.journal.text import one_line, whole_number
from argmap.maps import limits
from argmap.maps.actions import add_node, edit_node, restore_node, retract_node
from argmap.maps.models import Link, Node, get_map

from ..workspace.finding import get_node
from ..writing.forms import (
    AmongStatements,
    Form,
    SelectionForm,
    StatementField,
    confirm,
    node_in_view,
    plainly,
    posted,
    selected_words,
    wants_more,
    write,
)
from ..writing.picking import find_link, find_node
from ..writing.questions import objection
from .citing import Citations
from .meaning import changes_meaning

TEXT_IN_FORMS = 500


class Offer(NamedTuple):
    """What a page offers to write, and what is made of it."""

    label: str
    kind: str
    relations: tuple


OFFERS = {
    "thesis": Offer("Thesis", Node.Kind.THESIS, ()),
    "support": Offer("Claim", Node.Kind.CLAIM, ("supports",)),
    "claim": Offer("Claim", Node.Kind.CLAIM, ("supports", "opposes")),
    "evidence": Offer("Evidence", Node.Kind.EVIDENCE, ("supports", "opposes")),
    "counterpoint": Offer("Counterpoint", Node.Kind.COUNTERPOINT, ("opposes",)),
    "undercut": Offer("Undercut", Node.Kind.COUNTERPOINT, ("undercuts",)),
    "premise": Offer("Premise", Node.Kind.CLAIM, ("joins",)),
}
ON_LINKS = {"undercut", "premise"}

HELP = {
    "thesis": "What the article wants its reader to believe, in one sentence.",
    "evidence": "A fact that can be checked: who, what, when, how much.",
    "undercut": "Why the step does not follow, even if both statements are true.",
    "premise": "What the step needs besides, to carry.",
}


class WithCitations:
    """A form with rows of citations, which fold away with other fields that not everyone needs."""

    folded = ("detail",)
    folds = "Sources and detail"

    def __init__(self, *args, cited=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.citations = Citations(self.data if self.is_bound else None, cited)

    def is_valid(self):
        return all([super().is_valid(), self.citations.is_valid()])

    @property
    def unfolded(self):
        typed = any(self[name].value() or self[name].errors for name in self.folded)
        return typed or self.citations.filled or len(self.citations.forms) > 1


class NodeForm(WithCitations, AmongStatements, SelectionForm):
    text = forms.CharField(
        label="Statement",
        max_length=TEXT_IN_FORMS,
        widget=forms.Textarea(
            attrs={"rows": 3, "class": "statement-field", "data-focus": "", "data-select": ""}
        ),
        error_messages={"required": "Write the statement, in one sentence."},
    )
    relation = forms.ChoiceField(label="It", widget=forms.RadioSelect, required=False)
    on = StatementField(
        label="Bears on",
        required=False,
        help_text="A number, or words of it; empty for nothing yet.",
    )
    on_link = forms.IntegerField(required=False, widget=forms.HiddenInput)
    detail = forms.CharField(
        required=False,
        max_length=limits.NODE["detail"],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Markdown.",
    )

    def __init__(self, *args, map, what, **kwargs):
        self.what, self.offer = what, OFFERS[what]
        relations = self.offer.relations
        super().__init__(*args, map=map, **kwargs)
        self.button = f"Add {self.offer.label.lower()}"
        self.fields["text"].label = self.offer.label
        self.fields["text"].help_text = HELP.get(
            what, "One statement, in a sentence that can be right or wrong."
        )
        if len(relations) < 2:
            del self.fields["relation"]
        else:
            self.fields["relation"].choices = [(name, name) for name in relations]
            self.initial.setdefault("relation", relations[0])
        if what == "thesis" or what in ON_LINKS:
            del self.fields["on"]


@require_http_methods(["GET", "POST"])
def write_node(request, slug, what):
    """Add a node that bears on another, on a link, or on nothing yet."""
    map = get_map(request.user, slug)
    if what not in OFFERS:
        raise Gone
    require(request.user, Verb.ADD, map)
    form = NodeForm(posted(request), initial=_asked(request, map, what), map=map, what=what)
    if wants_more(request):
        form = one_more(form, NodeForm, map=map, what=what)

    def act(data):
        relation, target = _relation_and_target(map, form, data)
        node = add_node(
            request.user,
            map,
            kind=form.offer.kind,
            text=data["text"],
            detail=data["detail"],
            relation=relation,
            target=target,
            selection=form.selection(map),
            citations=form.citations.rows(),
        )
        return {
            "about": node,
            "focus": f"#card-{node.number} .statement a",
            "toast": f"Added as #{node.number}.",
        }

    about = _about_link(map, form) if what in ON_LINKS else ""
    return write(request, map, form, act, title=f"New {form.offer.label.lower()}", about=about)


def one_more(form, kind, **kwargs):
    """The form as it was typed, with a row more for a citation."""
    typed = {name: form[name].value() for name in form.fields}
    again = kind(initial=typed, **kwargs)
    again.citations = form.citations.with_one_more()
    del again.fields["text"].widget.attrs["data-focus"]
    again.citations.forms[-1].fields["title"].widget.attrs["data-focus"] = ""
    return again


def _asked(request, map, what):
    """What the address says about the form, or else the page that it is asked from."""
    initial = {
        name: request.GET[name]
        for name in ("on", "on_link", "edition", "start", "end", "relation")
        if name in request.GET
    }
    if what != "thesis" and what not in ON_LINKS and "on" not in initial:
        initial["on"] = _in_view(request, map) or _first_thesis(map)
    if "edition" in initial:
        initial["text"] = _as_wording(selected_words(request.user, map, initial))
    if "question" in request.GET:
        initial["text"] = objection(map, initial.get("on_link"), request.GET["question"])
    return initial


def _as_wording(words):
    """Selected words as a statement, where they may be one; to be written over, or kept."""
    words = one_line(words)
    return words if len(words) <= TEXT_IN_FORMS else ""


def _in_view(request, map):
    """The node on the page; or where the person has just added that one, what it bears on: who
    goes through a text adds one after the other to the same."""
    number = node_in_view(request)
    newest = Node.objects.filter(map=map, author=request.user.pk).order_by("-number")
    if number is None or number != newest.values_list("number", flat=True).first():
        return number
    links = Link.objects.shown().filter(source__map=map, source__number=number)
    above = links.order_by("pk").values_list("target_node__number", flat=True).first()
    return above or number


def _first_thesis(map):
    return (
        Node.objects.standing()
        .filter(map=map, kind=Node.Kind.THESIS)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )


def _relation_and_target(map, form, data):
    if form.what in ON_LINKS:
        return form.offer.relations[0], find_link(map, data["on_link"])
    if data.get("on") is None:
        return None, None
    return data.get("relation") or form.offer.relations[0], find_node(map, data["on"], "on")


def _about_link(map, form):
    pk = whole_number(form.data.get("on_link") or form.initial.get("on_link"), digits=18)
    try:
        return f"On the step: {find_link(map, pk)}"
    except ValidationError:
        return ""


class EditNodeForm(WithCitations, Form):
    button = "Save"
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Statement",
        max_length=limits.NODE["text"],
        widget=forms.Textarea(attrs={"rows": 3, "class": "statement-field", "data-focus": ""}),
        error_messages={"required": "Write the statement, in one sentence."},
    )
    kind = forms.ChoiceField(required=False, choices=plainly(Node.Kind))
    changes_meaning = forms.TypedChoiceField(
        label="Does this change the meaning?",
        required=False,
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        help_text="If it does, opinions given on the old wording are marked as such. Where you"
        " choose neither, other words or numbers change it, and a slip of the pen does not.",
    )
    detail = forms.CharField(
        required=False,
        max_length=limits.NODE["detail"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Markdown.",
    )


@require_http_methods(["GET", "POST"])
def edit(request, slug, number):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.EDIT, node)
    old = list(node.citations.all())
    initial = {
        "version": node.version,
        "text": node.text,
        "kind": node.kind,
        "detail": node.detail,
    }
    form = EditNodeForm(posted(request), initial=initial, cited=old)
    if wants_more(request):
        form = one_more(form, EditNodeForm, cited=old)

    def act(data):
        another = data["changes_meaning"]
        if another is None:
            another = changes_meaning(node.text, data["text"])
        edited = edit_node(
            request.user,
            node,
            version=data["version"],
            text=data["text"],
            detail=data["detail"],
            kind=data["kind"] or None,
            citations=form.citations.rows(),
            changes_meaning=another,
        )
        toast = "Saved."
        if edited.text != node.text:
            toast = f"Saved, {'as a change of' if another else 'with the same'} meaning."
        return {"about": edited, "focus": f"#card-{node.number} .statement a", "toast": toast}

    return write(request, map, form, act, title=f"Edit #{node.number}", cancel=node)


@require_http_methods(["GET", "POST"])
def retract(request, slug, number):
    """Its author, or an editor, takes a node back."""
    return _confirm(request, slug, number, retract_node, "Retract", "Retracted.")


@require_http_methods(["GET", "POST"])
def restore(request, slug, number):
    """And the other way round."""
    return _confirm(request, slug, number, restore_node, "Restore", "Restored.")


def _confirm(request, slug, number, action, button, toast):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.RETRACT, node)
    done = {"about": node, "toast": toast, "focus": f"#card-{node.number} .statement a"}
    return confirm(request, map, node, action, button, done, title=f"{button} #{node.number}")
