"""Beginning a map, from an article's text, file or address or from nothing; adding an edition."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from argmap.accounts.permissions import Verb, require
from argmap.articles import limits
from argmap.articles.actions import WrittenAs, add_edition
from argmap.interchange.markdown import looks_like_markdown
from argmap.interchange.markdown_writing import write as write_markdown
from argmap.interchange.structured import StructuredText, ranges_of
from argmap.journal.errors import Gone
from argmap.maps.actions import begin_map, bring_in
from argmap.maps.limits import MAP
from argmap.maps.models import get_map, sees_article

from ..workspace.text import edition_of
from ..writing.forms import Form, attempt, posted

MOST_BYTES = 2_000_000
MARKDOWN = (".md", ".markdown")
ENDINGS = (".txt", ".text", *MARKDOWN)
TOO_LARGE = "too_large"


class TextForm(Form):
    """A text that is pasted, or uploaded as a UTF-8 file."""

    needed = ("text", "file")  # one of them

    text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "long"}),
        help_text="Paste it here, or choose its file below. An empty line begins a paragraph.",
    )
    file = forms.FileField(
        label="Or its file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.md,text/plain,text/markdown"}),
        help_text=".txt or .md in UTF-8, up to 2 MB.",
    )
    written_as = forms.ChoiceField(
        label="Written as",
        required=False,
        choices=[("", "found out"), *WrittenAs.choices],
        help_text="Of Markdown one sees headings, lists, quotes, links and footnotes.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise ValidationError(
                f"This file has {file.size:,} bytes; the most is {MOST_BYTES:,}.", code=TOO_LARGE
            )
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError("Choose a .txt or .md file; for others, paste the text.")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(
                "This file is not in UTF-8. Save it as UTF-8, or paste the text."
            ) from None

    def clean(self):
        data = super().clean()
        pasted, uploaded = data.get("text") or "", data.get("file") or ""
        if uploaded.strip() and "text" not in self.changed_data:
            pasted = ""  # it is what stood there
        if pasted.strip() and uploaded.strip():
            self.add_error("file", "Paste the text or choose its file, not both.")
        elif "file" not in self.errors:
            data["text"] = uploaded if uploaded.strip() else pasted
            if not data["text"].strip() and "text" not in self.errors:
                self.add_error(
                    "text", "There is no text in this. Paste the article, or choose its file."
                )
            elif len(data["text"]) > limits.TEXT:
                message = (
                    f"This text has {len(data['text']):,} characters; the most is {limits.TEXT:,}."
                )
                self.add_error("text", ValidationError(message, code=TOO_LARGE))
        if self.errors and self.files.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file again: browsers do not keep it.")
        if not self.errors:
            if uploaded.strip() and "written_as" not in self.changed_data:
                data["written_as"] = ""
            data["written_as"] = data["written_as"] or self._found_out(data["text"])
        return data

    def _found_out(self, text):
        """What it is written as, where nobody said it: by the file's name, or by its marks."""
        file = self.files.get("file")
        is_markdown = file.name.lower().endswith(MARKDOWN) if file else looks_like_markdown(text)
        return WrittenAs.MARKDOWN if is_markdown else WrittenAs.PLAIN

    @property
    def status(self):
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return 413 if TOO_LARGE in codes else 422


def _title(what):
    return forms.CharField(
        max_length=limits.ARTICLE["title"],
        widget=forms.TextInput(attrs={"data-focus": ""}),
        error_messages={"required": f"Every {what} needs a title."},
    )


def _visibility(help_text):
    return forms.ChoiceField(
        label="Who sees it",
        choices=[
            ("private", "only me"),
            ("unlisted", "anyone with the link"),
            ("public", "everyone"),
        ],
        widget=forms.RadioSelect,
        initial="private",
        help_text=help_text,
    )


class ArticleForm(TextForm):
    """An article, and with it an empty map."""

    button = "Begin map"
    title = _title("article")
    byline = forms.CharField(required=False, max_length=limits.ARTICLE["byline"])
    publisher = forms.CharField(required=False, max_length=limits.ARTICLE["publisher"])
    published_on = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    url = forms.URLField(
        label="Address", required=False, max_length=limits.ARTICLE["url"], assume_scheme="https"
    )
    language = forms.CharField(
        max_length=limits.ARTICLE["language"],
        initial="en",
        help_text="Its code, such as en, de or ru.",
    )
    visibility = _visibility("Show others only what you may show.")
    licence_note = forms.CharField(
        label="Licence note", required=False, max_length=limits.ARTICLE["licence_note"]
    )
    question = forms.CharField(
        label="The map’s question",
        required=False,
        max_length=MAP["question"],
        help_text="What the argument is about, as a question.",
    )

    field_order = [
        "title", "text", "file", "written_as", "visibility", "byline", "publisher", "published_on",
        "url", "language", "licence_note", "question",
    ]  # fmt: skip

    def begin(self, actor):
        data = self.cleaned_data
        named = (*limits.ARTICLE, "published_on", "visibility")
        return bring_in(
            actor,
            article={name: data[name] for name in named if name in data},
            text=data["text"],
            written_as=data["written_as"],
            question=data["question"],
        )


class AddressForm(ArticleForm):
    """The same of an article that stands somewhere: where, first of all."""

    url = forms.URLField(
        label="Address",
        max_length=limits.ARTICLE["url"],
        assume_scheme="https",
        widget=forms.URLInput(attrs={"data-focus": ""}),
        help_text="It is kept as the source, and readers are led there. Nothing is fetched from "
        "it: paste the text that stands there, or choose its file.",
        error_messages={"required": "Where does the article stand?"},
    )

    field_order = ["url", *(name for name in ArticleForm.field_order if name != "url")]


class EmptyForm(Form):
    """A map without an article."""

    button = "Begin map"
    status = 422
    title = _title("map")
    question = forms.CharField(
        required=False,
        max_length=MAP["question"],
        help_text="What the argument is about, as a question.",
    )
    visibility = _visibility("You can let people in one by one, too.")

    def begin(self, actor):
        data = self.cleaned_data
        names = ("title", "question", "visibility")
        return begin_map(actor, **{name: data[name] for name in names})


#: What a map can begin from: the word in the address, on the page, and its form.
BEGINNINGS = {
    "text": ("A text or file", ArticleForm),
    "address": ("An address", AddressForm),
    "nothing": ("Nothing yet", EmptyForm),
}


@require_http_methods(["GET", "POST"])
def new_article(request):
    """A new map, from one of the BEGINNINGS."""
    require(request.user, Verb.BEGIN)
    beginning = request.GET.get("from")
    beginning = beginning if beginning in BEGINNINGS else "text"
    form = BEGINNINGS[beginning][1](posted(request), request.FILES or None)
    context = {
        "beginning": beginning,
        "beginnings": [(word, label) for word, (label, _) in BEGINNINGS.items()],
    }
    return _answer(
        request, form, lambda _: redirect(form.begin(request.user)), "articles/new.html", context
    )


class EditionForm(TextForm):
    button = "Add edition"
    note = forms.CharField(
        required=False,
        max_length=limits.NOTE,
        help_text="Shown above the text: what it is, and where it comes from.",
    )


@require_http_methods(["GET", "POST"])
def new_edition(request, slug):
    """The owner's own copy of the original, or a corrected text."""
    map = get_map(request.user, slug)
    if map.article is None:
        raise Gone
    require(request.user, Verb.NEW_EDITION, map.article)
    form = EditionForm(posted(request), request.FILES or None, initial=_newest(request, map))

    def act(data):
        added = add_edition(
            request.user,
            map.article,
            text=data["text"],
            written_as=data["written_as"],
            note=data["note"],
        )
        return redirect("edition", map.slug, added.number)

    return _answer(request, form, act, "articles/edition.html", {"map": map})


def _newest(request, map):
    """The newest edition as one would have written it, where the person may read it."""
    newest = edition_of(map).edition if sees_article(request.user, map) else None
    if newest is None:
        return {}
    if not newest.structure:
        return {"text": newest.text, "written_as": WrittenAs.PLAIN}
    source = StructuredText(newest.text, tuple(ranges_of(newest.structure)))
    return {"text": write_markdown(source), "written_as": WrittenAs.MARKDOWN}


def _answer(request, form, act, template, context):
    response, status = attempt(form, act, request, context)
    if response is None:
        status = form.status if status == 422 else status
        response = render(request, template, context | {"form": form}, status=status)
    return response
