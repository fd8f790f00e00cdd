"""What the forms of all subjects share."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from argmap.articles.models import Edition
from argmap.journal.writing import Settled, Stale
from argmap.maps.actions.nodes import Selection

from .respond import done, form_page


def plainly(choices):
    """The choices of a model's field under their own values, which are the glossary's words."""
    return [(value, value) for value in choices.values]


def posted(request):
    """What binds a form: the data of a POST, also where it is empty."""
    return request.POST if request.method == "POST" else None


class Form(forms.Form):
    """A form whose errors come from the action, each beside the field of its name."""

    button = "Save"
    use_required_attribute = False

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


def selected_words(map, data):
    """The words that a form's offsets stand for, to be shown above it."""
    try:
        number, start, end = (int(data[name]) for name in ("edition", "start", "end"))
    except (KeyError, TypeError, ValueError):
        return ""
    edition = Edition.objects.filter(article=map.article_id, number=number).first()
    return edition.text[max(start, 0) : max(end, 0)] if edition else ""


def write(request, map, form, act, *, title, **context):
    """The life of every form: show it; or act, and answer with what changed.

    `act(data)` calls the action and returns what `done` takes: a dict with `about`, `toast`,
    `focus`. What the action refuses stands beside its field, with what was typed.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, map, **act(form.cleaned_data))
        except ValidationError as error:
            form.refuse(error)
        except Stale as stale:
            status = 409
            context["stale"] = stale
            form.data = _with_version(form.data, stale.current.version)
        except Settled as settled:
            status = 409
            form.add_error(None, str(settled))
    context["action"] = request.path
    context["words"] = selected_words(map, form.data or form.initial)
    context.setdefault("cancel", _node_in_view(request))
    return form_page(request, map, form, title=title, status=status, **context)


def _with_version(data, version):
    """The typed data, now on the newest version: sending it again is a decision."""
    data = data.copy()
    data["version"] = version
    return data


def _node_in_view(request):
    """The number of the node that is selected on the page that the request comes from."""
    url = request.htmx.current_url_abs_path or ""
    number = QueryDict(urlsplit(url).query).get("node", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None
