"""Annotations: in the margin of a node, a link or selected words, and replies to them."""

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, is_own, may_read_words, refusal, require
from argmap.debate import limits
from argmap.debate.actions import (
    annotate,
    edit_annotation,
    reopen_annotation,
    reply,
    resolve_annotation,
    restore_annotation,
    retract_annotation,
)
from argmap.debate.models import Annotation
from argmap.maps.models import get_map

from ..http.respond import fragment_of_map, page
from ..workspace.about import context_of
from ..workspace.finding import get_annotation
from ..writing.forms import Form, SelectionForm, confirm, posted, spoken_of, write
from ..writing.picking import find_link, find_node

LONGEST_LIST = limits.MOST_TAGS * (limits.TAG + 2)  # of tags, separated by commas
#: Of the W3C list, what a person chooses in a form; the rest comes with imports.
MOTIVATIONS = [
    Annotation.Motivation(name)
    for name in ("commenting", "questioning", "assessing", "highlighting")
]
ONLY_PRIVATELY = "Here you may write only for yourself."


class TextForm(Form):
    text = forms.CharField(
        label="Text",
        max_length=limits.ANNOTATION["text"],
        widget=forms.Textarea(attrs={"rows": 4, "data-focus": ""}),
        error_messages={"required": "Write something first."},
        help_text="Markdown.",
    )


class AnnotationForm(SelectionForm, TextForm):
    needed = ("text",)
    button = "Annotate"
    node = forms.IntegerField(required=False, widget=forms.HiddenInput)
    link = forms.IntegerField(required=False, widget=forms.HiddenInput)
    motivation = forms.ChoiceField(
        label="It is",
        choices=[(each.value, each.label) for each in MOTIVATIONS],
        widget=forms.RadioSelect,
        initial="commenting",
    )
    tags = forms.CharField(
        required=False, max_length=LONGEST_LIST, help_text="Separate them by commas."
    )
    visibility = forms.ChoiceField(
        label="Who sees it",
        choices=[("map", "all readers"), ("private", "only me")],
        widget=forms.RadioSelect,
        initial="map",
    )

    field_order = ["text", "motivation", "tags", "visibility"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False  # a highlight says enough
        self.fields["text"].help_text = "Markdown. Only a highlight needs none."

    def target(self, map):
        """Raises ValidationError where the form names nothing of this map."""
        data = self.cleaned_data
        if data.get("node"):
            return find_node(map, data["node"])
        if data.get("link"):
            return find_link(map, data["link"])
        if (selection := self.selection(map)) is None:
            raise ValidationError("Choose a statement or words of the article to annotate.")
        return selection


@fragment_of_map
def annotation_page(request, map, pk):
    """A thread with the words that it is about."""
    annotation = get_annotation(map, pk, request.user)
    context = context_of(request, map, annotation)
    return page(request, "debate/annotation.html", context, fragment="thread")


@require_http_methods(["GET", "POST"])
def write_annotation(request, slug):
    map = get_map(request.user, slug)
    require(request.user, Verb.ANNOTATE_PRIVATELY, map)
    names = ("node", "link", "edition", "start", "end")
    initial = {name: request.GET[name] for name in names if name in request.GET}
    form = AnnotationForm(posted(request), initial=initial)
    if (sentence := refusal(request.user, Verb.ANNOTATE, map)) is not None:
        form.fields["visibility"].choices = [("private", "only me")]
        form.fields["visibility"].error_messages["invalid_choice"] = ONLY_PRIVATELY
        form.fields["visibility"].help_text = sentence
        form.initial["visibility"] = "private"

    def act(data):
        annotation = annotate(
            request.user,
            map,
            target=form.target(map),
            text=data["text"],
            tags=data["tags"].split(","),
            motivation=data["motivation"],
            visibility=data["visibility"],
        )
        return _after(annotation, "Annotated.")

    title = f"Annotate #{initial['node']}" if "node" in initial else "Annotate"
    quoted = spoken_of(request.user, map, form)
    return write(request, map, form, act, title=title, quoted=quoted)


@require_http_methods(["GET", "POST"])
def write_reply(request, slug, pk):
    map = get_map(request.user, slug)
    annotation = get_annotation(map, pk, request.user)
    require(
        request.user, Verb.ANNOTATE_PRIVATELY if annotation.is_private else Verb.REPLY, annotation
    )
    form = TextForm(posted(request), auto_id=f"reply-{annotation.pk}-%s")
    form.button = "Reply"

    def act(data):
        answer = reply(request.user, annotation, text=data["text"])
        return _after(answer, "Replied.")

    said = annotation if may_read_words(request.user, annotation) else None
    return write(
        request, map, form, act,
        title="Reply", cancel=annotation.about, said=said, said_in="text",
    )  # fmt: skip


class EditForm(TextForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    tags = forms.CharField(
        required=False, max_length=LONGEST_LIST, help_text="Separate them by commas."
    )


@require_http_methods(["GET", "POST"])
def edit(request, slug, pk):
    map = get_map(request.user, slug)
    annotation = get_annotation(map, pk, request.user)
    initial = {
        "text": annotation.text,
        "version": annotation.version,
        "tags": _in_one_line(annotation.tags),
    }
    form = EditForm(posted(request), initial=initial)
    form.fields["text"].required = annotation.motivation != Annotation.Motivation.HIGHLIGHTING
    require(request.user, Verb.REWORD, annotation)

    def act(data):
        edited = edit_annotation(
            request.user,
            annotation,
            version=data["version"],
            text=data["text"],
            tags=_tags(data["tags"], annotation.tags),
        )
        return _after(edited, "Saved.")

    return write(request, map, form, act, title="Edit the annotation", cancel=annotation.about)


def _in_one_line(tags):
    return ", ".join(tags)


def _tags(line, old):
    """Those that a line names; one that stands as it was keeps what a line cannot say (a comma)."""
    return old if line == _in_one_line(old) else line.split(",")


@require_http_methods(["GET", "POST"])
def retract(request, slug, pk):
    return _confirm(request, slug, pk, retract_annotation, "Retract", "Retracted.")


@require_http_methods(["GET", "POST"])
def restore(request, slug, pk):
    return _confirm(request, slug, pk, restore_annotation, "Restore", "Restored.")


@require_http_methods(["GET", "POST"])
def resolve(request, slug, pk):
    return _confirm(request, slug, pk, resolve_annotation, "Resolve", "Resolved.", Verb.RESOLVE)


@require_http_methods(["GET", "POST"])
def reopen(request, slug, pk):
    return _confirm(request, slug, pk, reopen_annotation, "Reopen", "Open again.", Verb.RESOLVE)


def _confirm(request, slug, pk, action, button, toast, verb=None):
    map = get_map(request.user, slug)
    annotation = get_annotation(map, pk, request.user)
    if verb is None:
        verb = Verb.REWORD if is_own(request.user, annotation) else Verb.RETRACT
    require(request.user, verb, annotation)
    result, title = _after(annotation, toast), f"{button} the annotation"
    about = annotation.about
    return confirm(request, map, annotation, action, button, result, title=title, cancel=about)


def _after(annotation, toast):
    return {"about": annotation.about, "toast": toast, "focus": f"#annotation-{annotation.pk}"}
