"""Adding, editing and retracting a node."""

from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Gone
from argmap.journal.text import one_line, whole_number
from argmap.maps.actions import add_node, edit_node, restore_node, retract_node
from argmap.maps.actions.nodes import LONGEST, LONGEST_CITATION, MOST_CITATIONS
from argmap.maps.models import Node, get_map

from ..workspace.finding import get_node
from ..writing.forms import (
    AmongStatements,
    Form,
    SelectionForm,
    StatementField,
    confirm,
    node_in_view,
    posted,
    write,
)
from ..writing.picking import find_link, find_node

TEXT_IN_FORMS = 500
#: Of all citations of a node, a line each, with what parts their fields.
LONGEST_CITATIONS = MOST_CITATIONS * (sum(LONGEST_CITATION.values()) + 20)


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


class NodeForm(AmongStatements, SelectionForm):
    text = forms.CharField(
        label="Statement",
        max_length=TEXT_IN_FORMS,
        widget=forms.Textarea(attrs={"rows": 3, "class": "statement-field", "data-focus": ""}),
        error_messages={"required": "Write the statement, in one sentence."},
    )
    relation = forms.ChoiceField(label="It", widget=forms.RadioSelect, required=False)
    on = StatementField(
        label="Bears on",
        required=False,
        help_text="A number, or words of it; empty for nothing yet.",
    )
    on_link = forms.IntegerField(required=False, widget=forms.HiddenInput)
    source_title = forms.CharField(
        label="Citation", required=False, max_length=LONGEST_CITATION["title"]
    )
    source_url = forms.URLField(
        label="Its address",
        required=False,
        max_length=LONGEST_CITATION["url"],
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://…"}),
    )
    source_locator = forms.CharField(
        label="Page, date or paragraph",
        required=False,
        max_length=LONGEST_CITATION["locator"],
    )
    detail = forms.CharField(
        required=False,
        max_length=LONGEST["detail"],
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

    def citations(self):
        fields = {name: self.cleaned_data[f"source_{name}"] for name in ("title", "url", "locator")}
        return [fields] if any(fields.values()) else []


@require_http_methods(["GET", "POST"])
def write_node(request, slug, what):
    """Add a node that bears on another, on a link, or on nothing yet."""
    map = get_map(request.user, slug)
    if what not in OFFERS:
        raise Gone
    require(request.user, Verb.ADD, map)
    form = NodeForm(posted(request), initial=_asked(request, map, what), map=map, what=what)

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
            citations=form.citations(),
        )
        return {
            "about": node,
            "focus": f"#card-{node.number} .statement a",
            "toast": f"Added as #{node.number}.",
        }

    about = _about_link(map, form) if what in ON_LINKS else ""
    return write(request, map, form, act, title=f"New {form.offer.label.lower()}", about=about)


def _asked(request, map, what):
    """What the address says about the form, or else the page that it is asked from."""
    initial = {
        name: request.GET[name]
        for name in ("on", "on_link", "edition", "start", "end", "relation")
        if name in request.GET
    }
    if what != "thesis" and what not in ON_LINKS and "on" not in initial:
        initial["on"] = node_in_view(request) or _first_thesis(map)
    return initial


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


class EditNodeForm(Form):
    button = "Save"
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Statement",
        max_length=LONGEST["text"],
        widget=forms.Textarea(attrs={"rows": 3, "class": "statement-field", "data-focus": ""}),
        error_messages={"required": "Write the statement, in one sentence."},
    )
    changes_meaning = forms.BooleanField(
        label="This changes the meaning",
        required=False,
        help_text="Then opinions given on the old wording are marked as such.",
    )
    detail = forms.CharField(
        required=False,
        max_length=LONGEST["detail"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Markdown.",
    )
    citations = forms.CharField(
        label="Citations",
        required=False,
        max_length=LONGEST_CITATIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on each line: title | address | page or date | quote",
    )


CITATION_PARTS = ("title", "url", "locator", "quote")


@require_http_methods(["GET", "POST"])
def edit(request, slug, number):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.EDIT, node)
    old = list(node.citations.all())
    initial = {
        "version": node.version,
        "text": node.text,
        "detail": node.detail,
        "changes_meaning": True,
        "citations": "\n".join(_citation_line(citation) for citation in old),
    }
    form = EditNodeForm(posted(request), initial=initial)

    def act(data):
        edited = edit_node(
            request.user,
            node,
            version=data["version"],
            text=data["text"],
            detail=data["detail"],
            citations=_citations(data["citations"], old),
            changes_meaning=data["changes_meaning"],
        )
        return {"about": edited, "focus": f"#card-{node.number} .statement a", "toast": "Saved."}

    return write(request, map, form, act, title=f"Edit #{node.number}", cancel=node)


def _citation_line(citation):
    parts = [
        getattr(citation, name) or (citation.doi if name == "url" else "")
        for name in CITATION_PARTS
    ]
    return one_line(" | ".join(parts).rstrip(" |"))  # a citation from before may hold a break


def _citations(text, old):
    """Citations from lines; a line that stands as it was keeps what a line cannot say."""
    kept = {_citation_line(citation): citation for citation in old}
    rows = []
    for line in filter(str.strip, text.split("\n")):
        if (citation := kept.get(one_line(line))) is not None:
            rows.append(
                {n: getattr(citation, n) for n in ("title", "url", "doi", "locator", "quote")}
            )
            continue
        parts = [part.strip() for part in line.split("|", len(CITATION_PARTS) - 1)]
        row = dict(zip(CITATION_PARTS, parts, strict=False))
        if row.get("url", "").startswith("10."):
            row["doi"] = row.pop("url")
        rows.append(row)
    return rows


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
