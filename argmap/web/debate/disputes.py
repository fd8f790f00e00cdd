"""Disputes: their page, opening, answering, deciding and withdrawing them."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.debate import limits
from argmap.debate.actions import (
    answer_dispute,
    decide_dispute,
    edit_dispute,
    open_dispute,
    withdraw_dispute,
)
from argmap.debate.models import Dispute
from argmap.journal.reading import one_moment
from argmap.journal.text import whole_number
from argmap.maps.models import get_map

from ..http.respond import Allowed, versioned
from ..workspace.finding import get_dispute
from ..workspace.kept import Kept, kept
from ..workspace.margin import disputes_of, find_edits, withhold
from ..workspace.panes import shown_to
from ..workspace.words import nodes_on
from ..writing.forms import (
    AmongStatements,
    Form,
    SelectionForm,
    StatementField,
    confirm,
    node_in_view,
    picks_among,
    plainly,
    posted,
    spoken_of,
    write,
)
from ..writing.picking import find_link, find_node, find_nodes
from ..writing.questions import objection

ON_A_PAGE = 50
LONGEST_LIST = limits.MOST_EVIDENCE * 12  # of numbers, separated by commas


@versioned
def dispute_list(request, map):
    """The disputes of a map, or of a node or link of it, the undecided first."""
    names = ("node", "link", "before")
    numbers = {name: whole_number(request.GET.get(name), digits=18) for name in names}
    asked = (*numbers.values(), "decided" in request.GET)
    first_page = numbers["before"] is None
    rows = kept(
        map,
        request.user,
        ("disputes", *asked),
        lambda: _rows(map, request, *asked),
        keep=first_page,
    )
    context = {
        "map": map,
        "kept": rows,
        "about": numbers,
        "first_page": first_page,
        "allowed": Allowed(request.user, map),
    }
    return render(request, "debate/disputes.html", context)


def _rows(map, request, node, link, before, decided):
    """A page of rows, and the dispute after which there are more."""
    where = {"node__number": node, "link": link}
    where = {name: value for name, value in where.items() if value is not None}
    found = disputes_of(map, request.user, ON_A_PAGE + 1, before, decided=decided, **where)
    rows = found[:ON_A_PAGE]
    html = render_to_string("debate/_disputes.html", {"disputes": rows}) if rows else ""
    hidden_of = frozenset(dispute.author_id for dispute in rows if dispute.hidden)
    last = None
    if len(found) > ON_A_PAGE:
        last = {"pk": rows[-1].pk, "undecided": rows[-1].undecided}
    return Kept(html, last, hidden_of)


@versioned
def dispute_page(request, map, pk):
    """A dispute with its answer and its decision."""
    dispute = get_dispute(map, pk)
    target = dispute.node or dispute.link.source
    withhold([dispute, target], map, request.user)
    find_edits(map, [dispute])
    context = {
        "map": map,
        "dispute": dispute,
        "about": target,
        "allowed": Allowed(request.user, map),
    }
    return render(request, "debate/dispute.html", context)


class DisputeForm(Form):
    button = "Open dispute"
    node = forms.IntegerField(required=False, widget=forms.HiddenInput)
    link = forms.IntegerField(required=False, widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label="What kind of problem?",
        choices=plainly(Dispute.Ground),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ground of the dispute."},
    )
    statement = forms.CharField(
        label="What is wrong with it",
        max_length=limits.DISPUTE["statement"],
        widget=forms.Textarea(attrs={"rows": 4, "data-focus": ""}),
        error_messages={"required": "Write something first."},
        help_text="Markdown.",
    )
    evidence = forms.CharField(
        label="Statements that speak for it",
        required=False,
        max_length=LONGEST_LIST,
        help_text="Their numbers, such as 5, 12; or words of one.",
    )

    def numbers(self):
        """Raises ValidationError where the evidence is not a list of numbers."""
        parts = self.cleaned_data["evidence"].replace("#", " ").replace(",", " ").split()
        numbers = [whole_number(part) for part in parts]
        if None in numbers:
            raise ValidationError({"evidence": "Give the numbers of statements, such as 5, 12."})
        return numbers


class SelectedDisputeForm(AmongStatements, SelectionForm, DisputeForm):
    """From words of the article: what is disputed is a statement that rests on them."""

    on = StatementField(
        label="Which statement",
        error_messages={"required": "Choose the statement that you dispute."},
    )
    field_order = ["on", "ground", "statement", "evidence"]


@require_http_methods(["GET", "POST"])
def write_dispute(request, slug):
    map = get_map(request.user, slug)
    require(request.user, Verb.OPEN_DISPUTE, map)
    form = _dispute_form(request, map)

    def act(data):
        dispute = open_dispute(
            request.user,
            map,
            target=_target(map, data),
            ground=data["ground"],
            statement=data["statement"],
            evidence=find_nodes(map, form.numbers(), "evidence"),
        )
        return _after(dispute, "The dispute is open.")

    quoted = spoken_of(request.user, map, form)
    return write(request, map, form, act, title="Open a dispute", quoted=quoted)


def _dispute_form(request, map):
    given = request.POST or request.GET
    names = ("node", "link", "edition", "start", "end")
    initial = {name: given[name] for name in names if given.get(name)}
    if "question" in request.GET:
        initial["statement"] = objection(map, initial.get("link"), request.GET["question"])
        initial["ground"] = Dispute.Ground.DOES_NOT_FOLLOW
    if "node" in initial or "link" in initial:
        form = DisputeForm(posted(request), initial=initial)
    else:
        initial["on"] = _node_at(request, map.slug) or node_in_view(request)
        form = SelectedDisputeForm(posted(request), initial=initial, map=map)
    picks_among(form.fields["evidence"], map, many=True)
    return form


def _node_at(request, slug):
    """The number of the first standing node on the selected words, if there is one."""
    number, start, end = (whole_number(request.GET.get(n)) for n in ("edition", "start", "end"))
    if None in (number, start, end):
        return None
    with one_moment():
        shown = shown_to(request.user, get_map(request.user, slug), number)
        if shown.edition is None:
            return None
        return next(iter(nodes_on(shown, start, end)), None)


def _target(map, data):
    if data.get("link"):
        return find_link(map, data["link"])
    return find_node(map, data.get("node") or data.get("on"))


class AnswerForm(Form):
    button = "Answer"
    answer = forms.CharField(
        max_length=limits.DISPUTE["answer"],
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": ""}),
        error_messages={"required": "Write something first."},
        help_text="Markdown.",
    )


@require_http_methods(["GET", "POST"])
def answer(request, slug, pk):
    map = get_map(request.user, slug)
    dispute = get_dispute(map, pk)
    require(request.user, Verb.ANSWER, dispute)
    form = AnswerForm(posted(request))

    def act(data):
        return _after(answer_dispute(request.user, dispute, answer=data["answer"]), "Answered.")

    return _write(request, map, dispute, form, act, "Answer the dispute")


class DecisionForm(Form):
    needed = ("what_changed",)
    button = "Decide"
    upheld = forms.TypedChoiceField(
        label="The dispute is",
        choices=[("yes", "upheld"), ("no", "dismissed")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is upheld or dismissed."},
    )
    decision = forms.CharField(
        label="Why",
        max_length=limits.DISPUTE["decision"],
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": ""}),
        error_messages={"required": "Say why."},
    )
    what_changed = forms.CharField(
        label="What changes",
        required=False,
        max_length=limits.DISPUTE["what_changed"],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where it is upheld.",
    )


@require_http_methods(["GET", "POST"])
def decide(request, slug, pk):
    map = get_map(request.user, slug)
    dispute = get_dispute(map, pk)
    require(request.user, Verb.DECIDE, dispute)
    form = DecisionForm(posted(request))

    def act(data):
        return _after(decide_dispute(request.user, dispute, **data), "Decided.")

    return _write(request, map, dispute, form, act, "Decide the dispute")


@require_http_methods(["GET", "POST"])
def withdraw(request, slug, pk):
    map = get_map(request.user, slug)
    dispute = get_dispute(map, pk)
    require(request.user, Verb.REWORD, dispute)
    withhold([dispute], map, request.user)
    return confirm(
        request,
        map,
        dispute,
        withdraw_dispute,
        "Withdraw",
        _after(dispute, "Withdrawn."),
        title="Withdraw the dispute",
        cancel=dispute.target,
        dispute=dispute,
    )


class EditForm(DisputeForm):
    button = "Save"
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def edit(request, slug, pk):
    map = get_map(request.user, slug)
    dispute = get_dispute(map, pk)
    require(request.user, Verb.REWORD, dispute)
    initial = {
        "version": dispute.version,
        "ground": dispute.ground,
        "statement": dispute.statement,
        "evidence": ", ".join(str(node.number) for node in dispute.evidence.all()),
    }
    form = EditForm(posted(request), initial=initial)
    picks_among(form.fields["evidence"], map, many=True)

    def act(data):
        edited = edit_dispute(
            request.user,
            dispute,
            version=data["version"],
            ground=data["ground"],
            statement=data["statement"],
            evidence=find_nodes(map, form.numbers(), "evidence"),
        )
        return _after(edited, "Saved.")

    return _write(request, map, dispute, form, act, "Edit the dispute")


def _write(request, map, dispute, form, act, title):
    withhold([dispute], map, request.user)
    return write(request, map, form, act, title=title, dispute=dispute, cancel=dispute.target)


def _after(dispute, toast):
    return {
        "about": dispute.target,
        "toast": toast,
        "focus": f"#dispute-{dispute.pk}",
    }
