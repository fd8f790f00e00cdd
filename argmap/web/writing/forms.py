"""What the forms of all subjects share."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import Truncator

from argmap.accounts.permissions import may_read_words
from argmap.articles.actions import Selection
from argmap.articles.models import Edition
from argmap.journal.errors import Gone, Settled, Stale
from argmap.journal.once import once_of_form
from argmap.journal.text import LONGEST_REASON, whole_number
from argmap.maps.models import Node, sees_article

from ..http.respond import is_here, page, staying
from ..workspace.about import address_of, edition_read
from ..workspace.finding import get_node
from .answer import done


def plainly(choices):
    """The choices of a model's field under their own values, which are the glossary's words."""
    return [(value, value) for value in choices.values]


#: Characters that a form may bring, of all its fields: twice as many as the longest text may
#: have. What is refused is shown again, six times as long where it is quotation marks.
MOST_CHARACTERS = 1_000_000


def posted(request):
    """What binds a form: the data of a POST, also where it is empty. Raises RequestDataTooBig.

    A break between lines is one character, as browsers count it that send two: what a page says
    will fit, fits.
    """
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if sum(len(text) for _, texts in data.lists() for text in texts) > MOST_CHARACTERS:
        raise RequestDataTooBig
    for name, texts in data.lists():
        data.setlist(name, [text.replace("\r\n", "\n") for text in texts])
    return data


class Form(forms.Form):
    """A form whose errors come from the action, each beside the field of its name."""

    button = "Save"
    #: Fields that the form needs in some cases: their help says in which.
    needed: tuple[str, ...] = ()
    use_required_attribute = False

    @property
    def hidden_errors(self):
        """Of fields that cannot show their own."""
        return [error for field in self.hidden_fields() for error in field.errors]

    def refuse(self, error):
        """Take over a ValidationError of an action."""
        errors = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, sentences in errors.items():
            field = name if name in self.fields else None
            for sentence in sentences:
                self.add_error(field, sentence)


class SelectionForm(Form):
    """A form that may come from words selected in the article."""

    edition = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def selection(self, map):
        """The Selection, or None where no words were selected. Raises ValidationError."""
        numbers = [self.cleaned_data.get(name) for name in ("edition", "start", "end")]
        if all(number is None for number in numbers):
            return None
        number, start, end = numbers
        edition = Edition.objects.filter(article=map.article_id, number=number).first()
        if edition is None or start is None or end is None:
            raise ValidationError({"passage": "These words do not stand in this article."})
        return Selection(edition, start, end)


class StatementField(forms.Field):
    """The number of a statement, as one types it: 5, #5, or what a picker put there."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        super().__init__(**{"help_text": "Its number, or words of it."} | kwargs)

    def to_python(self, value):
        if not value or not value.strip():
            return None
        if (number := number_in(value)) is None:
            raise ValidationError(
                "There is no statement of that number. Give one, such as 5, or choose one."
            )
        return number

    def widget_attrs(self, widget):
        return {"autocomplete": "off", "spellcheck": "false"}


def picks_among(field, map, many=False):
    """Let a field that names statements offer them."""
    field.widget.attrs["data-picker"] = reverse("pick", args=[map.slug])
    if many:
        field.widget.attrs |= {"data-picker-many": "", "autocomplete": "off"}


class AmongStatements:
    """A form of which the field `on` is one of the statements of a map."""

    def __init__(self, *args, map, **kwargs):
        super().__init__(*args, **kwargs)
        if "on" in self.fields:
            picks_among(self.fields["on"], map)
            self.initial["on"] = named(map, number_in(str(self.initial.get("on") or "")))


class ReasonForm(Form):
    """To confirm, with a reason that everyone reads."""

    reason = forms.CharField(
        required=False, max_length=LONGEST_REASON, widget=forms.TextInput(attrs={"data-focus": ""})
    )


def named(map, number):
    """A statement as a picker shows it: its number, and its first words where all see them."""
    text = Node.objects.shown().filter(map=map, number=number).values_list("text", flat=True)
    if number is None or (words := text.first()) is None:
        return number and f"#{number}"
    return f"#{number} {Truncator(words).chars(80)}"


def number_in(text):
    """The number that what was typed begins with."""
    first = text.strip().removeprefix("#").split(None, 1)
    return whole_number(first[0].rstrip(".,:")) if first else None


def spoken_of(user, map, form):
    """The words of the node that a form names, so that one sees what one writes about."""
    try:
        node = get_node(map, whole_number(form.data.get("node") or form.initial.get("node")))
    except Gone:
        return ""
    return f"#{node.number} {node.text}" if may_read_words(user, node) else ""


def selected_words(user, map, data):
    """The words that a form's offsets stand for, to be shown above it."""
    number, start, end = (whole_number(data.get(name)) for name in ("edition", "start", "end"))
    if None in (number, start, end) or map is None or not sees_article(user, map):
        return ""
    edition = Edition.objects.filter(article=map.article_id, number=number).first()
    return edition.text[start:end] if edition else ""


def write(request, map, form, act, *, title, cancel=None, **context):
    """The life of every form: show it; or act, and answer with what changed.

    `act(data)` calls the action and returns what `done` takes: a dict with `about`, `toast`,
    `focus`; or a response. What the action refuses stands beside its field, with what was
    typed. `cancel` is the node, link or annotation that one came from.
    """
    result, status = attempt(form, act, request, context)
    if result is not None:
        return done(request, map, **result) if isinstance(result, dict) else result
    context |= {
        "map": map,
        "form": form,
        "title": title,
        "words": selected_words(request.user, map, form.data or form.initial),
        "cancel": _back(request, map, cancel, context.get("next", "")),
    }
    context.setdefault("action", request.path)
    response = page(request, "writing/form.html", context, fragment="form", status=status)
    return staying(request, map, response, map and edition_read(request, map))


def _back(request, map, about, goes_on):
    """Where Cancel leads: where the form goes on, or to what one came from."""
    if is_here(request, goes_on):
        return goes_on
    return map and (address_of(map, about) if about else _page_in_view(request, map))


def wants_more(request):
    """Whether the form was sent to get one more row of fields, with what was typed."""
    return "more" in request.POST


def attempt(form, act, request, context):
    """(what `act` returned, 200); or (None, status), and the refusal stands in the form."""
    if request.method != "POST" or wants_more(request):
        return None, 200
    if not form.is_valid():
        return None, 422
    try:
        with once_of_form(request):
            return act(form.cleaned_data), 200
    except ValidationError as error:
        form.refuse(error)
        return None, 422
    except Stale as stale:
        context["stale"] = stale
        form.data = _with_version(form.data, stale.current.version)
        return None, 409
    except Settled as settled:
        form.add_error(None, str(settled))
        return None, 409


def confirm(request, map, obj, action, button, result, *, title, cancel=None, **context):
    """Retract, restore or withdraw something, with a reason."""
    form = ReasonForm(posted(request))
    form.button = button

    def act(data):
        action(request.user, obj, reason=data["reason"])
        return result

    return write(request, map, form, act, title=title, cancel=cancel or obj, **context)


def _with_version(data, version):
    """The typed data, now on the newest version: sending it again is a decision."""
    data = data.copy()
    data["version"] = version
    return data


def node_in_view(request):
    """The number of the node that is selected on the page that the request comes from."""
    try:
        query = urlsplit(request.htmx.current_url_abs_path or "").query
    except ValueError:  # an address that is none
        return None
    return whole_number(QueryDict(query).get("node"))


def _page_in_view(request, map):
    number = node_in_view(request)
    return f"{map.get_absolute_url()}?node={number}" if number else map.get_absolute_url()
