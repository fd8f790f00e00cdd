"""Two statements that say the same: laid side by side, and made into one."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.debate.actions import merge_nodes
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.journal.errors import Settled
from argmap.journal.text import whole_number
from argmap.maps.models import Link, get_map

from ..http.respond import finished, wants_fragment
from ..workspace.finding import get_node
from ..workspace.margin import withhold
from ..writing.answer import done
from ..writing.forms import (
    AmongStatements,
    Form,
    ReasonForm,
    StatementField,
    attempt,
    posted,
    write,
)
from ..writing.picking import find_node


class OtherForm(AmongStatements, Form):
    button = "Compare"
    on = StatementField(
        label="Which statement says the same",
        error_messages={"required": "Choose the other statement."},
    )


class MergeForm(ReasonForm):
    button = "Merge"
    keep = forms.TypedChoiceField(
        label="Whose words stay",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose words stay."},
    )
    versions = forms.CharField(required=False)

    def __init__(self, *args, nodes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(node.number, f"#{node.number}") for node in nodes]


@require_http_methods(["GET", "POST"])
def merge(request, slug, number):
    """Choose the other statement; or (`?with=`) see both, and choose whose words stay."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    require(request.user, Verb.MERGE, map)
    if "with" not in request.GET:
        return _choose(request, map, node)
    nodes = [node, get_node(map, whole_number(request.GET["with"]))]
    form = MergeForm(posted(request), nodes=nodes)
    seen = " ".join(str(each.version) for each in nodes)

    def act(data):
        if data["versions"] != seen:
            raise Settled("Someone changed one of them while you were choosing. Look again.")
        keep, gone = sorted(nodes, key=lambda each: each.number != data["keep"])
        merge_nodes(request.user, map, keep=keep, merge=gone, reason=data["reason"])
        return {"about": keep, "toast": f"#{gone.number} is part of #{keep.number} now."}

    result, status = attempt(form, act, request, {})
    if result is not None:
        return done(request, map, **result)
    withhold(nodes, map, request.user)
    sides = [{"node": each, **_carried(each)} for each in nodes]
    context = {"map": map, "node": node, "form": form, "sides": sides, "seen": seen}
    return finished(render(request, "debate/merge.html", context, status=status))


def _choose(request, map, node):
    form = OtherForm(posted(request), map=map)

    def act(data):
        other = find_node(map, data["on"], "on")
        if other == node:
            raise ValidationError({"on": "This is the same statement. Choose another one."})
        return _to(request, f"{request.path}?with={other.number}")

    return write(request, map, form, act, title=f"Merge #{node.number}", cancel=node)


def _to(request, address):
    if not wants_fragment(request):
        return HttpResponseRedirect(address)
    response = finished(HttpResponse(status=204))
    response["HX-Redirect"] = address
    return response


def _carried(node):
    """What goes with a statement when it becomes part of another one."""
    links = Link.objects.standing()
    counted = {
        ("step to it", "steps to it"): links.filter(target_node=node),
        ("step from it", "steps from it"): links.filter(source=node),
        ("annotation", "annotations"): Annotation.objects.filter(
            Q(node=node) & ~Q(visibility=Annotation.Visibility.PRIVATE), retracted_at=None
        ),
        ("dispute", "disputes"): Dispute.objects.filter(node=node, retracted_at=None),
        ("stance", "stances"): Stance.objects.filter(node=node),
        ("place in the article", "places in the article"): node.passages,
    }
    counts = [(rows.count(), names) for names, rows in counted.items()]
    return {
        "citations": node.citations.all(),
        "carried": [
            f"{count} {one if count == 1 else many}" for count, (one, many) in counts if count
        ],
    }
