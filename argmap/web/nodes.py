"""A node: its own page, and adding, editing and retracting it."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from argmap.accounts.permissions import Verb, require
from argmap.articles.models import Placement
from argmap.journal.writing import Gone
from argmap.maps.actions import add_node, edit_node, restore_node, retract_node
from argmap.maps.models import Link, Node, get_map

from .cards import cards_of
from .forms import Form, SelectionForm, _node_in_view, posted, write
from .history import lines_about
from .margin import talk_about, withhold
from .outline import Item, Step, Stub
from .respond import Allowed, etag_of, not_modified, with_etag
from .workspace import get_node, shown_to

TEXT_IN_FORMS = 500
MOST_CHOICES = 300

#: What the page offers to write, and what it makes of it.
KINDS = {
    "thesis": ("Thesis", Node.Kind.THESIS, ()),
    "support": ("Claim", Node.Kind.CLAIM, ("supports",)),
    "claim": ("Claim", Node.Kind.CLAIM, ("supports", "opposes")),
    "evidence": ("Evidence", Node.Kind.EVIDENCE, ("supports", "opposes")),
    "counterpoint": ("Counterpoint", Node.Kind.COUNTERPOINT, ("opposes",)),
    "undercut": ("Undercut", Node.Kind.COUNTERPOINT, ("undercuts",)),
    "premise": ("Premise", Node.Kind.CLAIM, ("joins",)),
}
ON_LINKS = {"undercut", "premise"}

HELP = {
    "thesis": "What the article wants its reader to believe, in one sentence.",
    "evidence": "A fact that can be checked: who, what, when, how much.",
    "undercut": "Why the step does not follow, even if both statements are true.",
    "premise": "What the step needs besides, to carry.",
}


@require_safe
def node_page(request, slug, number):
    map = get_map(request.user, slug)
    etag = etag_of(request, map)
    if unchanged := not_modified(request, etag):
        return unchanged
    node = get_node(map, number)
    withhold([node], map, request.user)
    shown = shown_to(request.user, map)
    around = _around(node)
    below = [_item(other) for _, other in around["bears_on"]] + [_item(node)]
    bearing = [
        _item(other, link)
        for key, rows in around.items()
        if key != "bears_on"
        for link, other in rows
    ]
    cards = {
        "bears_on": cards_of(map, below, shown.edition, sees_hidden=shown.sees_hidden),
        "bearing": cards_of(map, bearing, shown.edition, sees_hidden=shown.sees_hidden),
    }
    card = cards["bears_on"][node.number]
    if node.hidden and node.own:
        card = cards_of(map, [_item(node)], shown.edition, sees_hidden=True)[node.number]
    context = {
        "map": map,
        "node": node,
        "sections": [
            (
                key,
                title,
                [
                    (link, cards.get(key, cards["bearing"])[other.number])
                    for link, other in around[key]
                ],
            )
            for key, title in SECTIONS
            if around[key]
        ],
        "card": card,
        "citations": [] if node.withheld else node.citations.all(),
        "placements": [] if node.withheld else _placements(node),
        "talk": talk_about(node, map, request.user),
        "lines": lines_about(map, node, request.user),
        "allowed": Allowed(request.user, map),
        "allowed_here": Allowed(request.user, node),
    }
    return with_etag(render(request, "maps/node.html", context), etag)


SECTIONS = [
    ("bears_on", "Bears on"),
    ("supports", "Supports it"),
    ("evidence", "Evidence for it"),
    ("opposes", "Opposes it"),
    ("undercuts", "Undercuts its steps"),
    ("joins", "Joins its steps"),
]


def _around(node):
    """(link, node at its other end) by section."""
    found = {key: [] for key, _ in SECTIONS}
    links = (
        Link.objects.standing()
        .filter(Q(source=node) | Q(target_node=node) | Q(target_link__source=node), hidden_at=None)
        .select_related("source", "target_node", "target_link__source", "target_link__target_node")
    )
    for link in links:
        link.map = node.map
        if link.source_id == node.pk:
            found["bears_on"].append((link, link.target_node or link.target_link.source))
        elif not link.source.retracted:
            found[_section(link)].append((link, link.source))
    return found


def _section(link):
    if link.relation == "supports" and link.source.kind == Node.Kind.EVIDENCE:
        return "evidence"
    return link.relation


def _item(node, link=None):
    """For a card outside of an outline; with the link by which it bears, drawn as such."""
    stub = Stub(node.pk, node.number, node.kind, node.touched, not node.retracted, node.hidden)
    if link is None:
        return Item(stub)
    end = (link.target_link and link.target_link.target_node) or link.target_node
    to = end.number if end else link.target_link.source.number
    return Item(stub, Step(link.pk, node.number, to, to, link.relation))


def _placements(node):
    """Each passage of the node in each edition, the newest first."""
    return (
        Placement.objects.filter(passage__nodes=node)
        .select_related("passage", "edition")
        .order_by("-edition__number", "start")
    )


class NodeForm(SelectionForm):
    text = forms.CharField(
        label="Statement",
        max_length=TEXT_IN_FORMS,
        widget=forms.Textarea(attrs={"rows": 3, "class": "statement-field", "data-focus": ""}),
        error_messages={"required": "Write the statement, in one sentence."},
    )
    relation = forms.ChoiceField(label="It", widget=forms.RadioSelect, required=False)
    on = forms.IntegerField(label="Bears on", required=False, widget=forms.Select)
    on_link = forms.IntegerField(required=False, widget=forms.HiddenInput)
    source_title = forms.CharField(label="Source", required=False, max_length=500)
    source_url = forms.URLField(
        label="Its address",
        required=False,
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://…"}),
    )
    source_locator = forms.CharField(
        label="Page, date or paragraph", required=False, max_length=200
    )
    detail = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Markdown.",
    )

    def __init__(self, *args, map, what, **kwargs):
        self.label_of_kind, self.kind, relations = KINDS[what]
        self.what = what
        super().__init__(*args, **kwargs)
        self.button = f"Add {self.label_of_kind.lower()}"
        self.fields["text"].label = self.label_of_kind
        self.fields["text"].help_text = HELP.get(
            what, "One statement, in a sentence that can be right or wrong."
        )
        if len(relations) < 2:
            del self.fields["relation"]
        else:
            self.fields["relation"].choices = [(name, name) for name in relations]
            self.initial.setdefault("relation", relations[0])
        self.relations = relations
        if what == "thesis" or what in ON_LINKS:
            del self.fields["on"]
        else:
            self.fields["on"].widget.choices = _choices(map, self)

    def citations(self):
        fields = {name: self.cleaned_data[f"source_{name}"] for name in ("title", "url", "locator")}
        return [fields] if any(fields.values()) else []


def _choices(map, form):
    """Statements to bear on, by number; the one that is asked for is always among them."""
    nodes = list(
        Node.objects.standing()
        .filter(map=map, hidden_at=None)
        .order_by("number")
        .values_list("number", "text")[:MOST_CHOICES]
    )
    asked = form.data.get("on") or form.initial.get("on")
    asked = str(asked or "")
    if asked.isdecimal() and len(asked) < 10 and int(asked) not in {number for number, _ in nodes}:
        nodes.append((int(asked), ""))
    return [("", "nothing yet")] + [(n, f"#{n} {text[:80]}") for n, text in nodes]


@require_http_methods(["GET", "POST"])
def write_node(request, slug, what):
    """Add a node that bears on another, on a step, or on nothing yet."""
    map = get_map(request.user, slug)
    if what not in KINDS:
        raise Gone
    require(request.user, Verb.ADD, map)
    form = NodeForm(posted(request), initial=_asked(request, map, what), map=map, what=what)

    def act(data):
        relation, target = _relation_and_target(map, form, data)
        node = add_node(
            request.user,
            map,
            kind=form.kind,
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

    about = _about_step(map, form) if what in ON_LINKS else ""
    return write(request, map, form, act, title=f"New {form.label_of_kind.lower()}", about=about)


def _asked(request, map, what):
    """What the address says about the form, or else the page that it is asked from."""
    initial = {
        name: request.GET[name]
        for name in ("on", "on_link", "edition", "start", "end", "relation")
        if name in request.GET
    }
    if what != "thesis" and what not in ON_LINKS and "on" not in initial:
        initial["on"] = _node_in_view(request) or _first_thesis(map)
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
        return form.relations[0], find_link(map, data["on_link"])
    if data.get("on") is None:
        return None, None
    target = Node.objects.filter(map=map, number=data["on"]).first()
    if target is None:
        raise ValidationError({"on": f"There is no statement #{data['on']} in this map."})
    return data.get("relation") or form.relations[0], target


def find_link(map, pk):
    """A link of this map, for a form. Raises ValidationError."""
    link = pk and Link.objects.filter(map=map, pk=pk).first()
    if not link:
        raise ValidationError("There is no such step in this map.")
    return link


def _about_step(map, form):
    pk = form.data.get("on_link") or form.initial.get("on_link")
    if not (pk and str(pk).isdecimal() and len(str(pk)) < 19):
        return ""
    link = (
        Link.objects.filter(map=map, pk=pk)
        .select_related("source", "target_node", "target_link__source", "target_link__target_node")
        .first()
    )
    return f"On the step: {link}" if link else ""


class EditNodeForm(Form):
    button = "Save"
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Statement",
        max_length=2000,
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
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Markdown.",
    )
    citations = forms.CharField(
        label="Sources",
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One in a line: title | address | page or date | quote",
    )


CITATION_PARTS = ("title", "url", "locator", "quote")


@require_http_methods(["GET", "POST"])
def edit(request, slug, number):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    _require_own_or(request.user, node, Verb.EDIT_OWN, Verb.EDIT)
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

    return write(request, map, form, act, title=f"Edit #{node.number}", cancel=node.number)


def _citation_line(citation):
    parts = [
        getattr(citation, name) or (citation.doi if name == "url" else "")
        for name in CITATION_PARTS
    ]
    return " | ".join(parts).rstrip(" |")


def _citations(text, old):
    """Citations from lines; a line that stands as it was keeps what a line cannot say."""
    kept = {_citation_line(citation): citation for citation in old}
    rows = []
    for line in filter(str.strip, text.splitlines()):
        if (citation := kept.get(line.strip())) is not None:
            rows.append(
                {n: getattr(citation, n) for n in ("title", "url", "doi", "locator", "quote")}
            )
            continue
        parts = [part.strip() for part in line.split("|")]
        row = dict(zip(CITATION_PARTS, parts, strict=False))
        if row.get("url", "").startswith("10."):
            row["doi"] = row.pop("url")
        rows.append(row)
    return rows


class ReasonForm(Form):
    """To confirm, with a reason that everyone reads."""

    reason = forms.CharField(
        required=False, max_length=2000, widget=forms.TextInput(attrs={"data-focus": ""})
    )


@require_http_methods(["GET", "POST"])
def retract(request, slug, number):
    return _confirm(request, slug, number, retract_node, "Retract", "Retracted.")


@require_http_methods(["GET", "POST"])
def restore(request, slug, number):
    return _confirm(request, slug, number, restore_node, "Restore", "Restored.")


def _confirm(request, slug, number, action, button, toast):
    map = get_map(request.user, slug)
    node = get_node(map, number)
    _require_own_or(request.user, node, Verb.RETRACT_OWN, Verb.RETRACT)
    form = ReasonForm(posted(request))
    form.button = button

    def act(data):
        action(request.user, node, reason=data["reason"])
        return {"about": node, "toast": toast, "focus": f"#card-{node.number} .statement a"}

    return write(request, map, form, act, title=f"{button} #{node.number}", cancel=node.number)


def _require_own_or(user, node, own, others):
    require(user, own if user.pk == node.author_id else others, node)
