"""The citations of a node as rows of fields, of which there is always one more to fill in."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from argmap.journal.text import one_line, whole_number
from argmap.maps import limits
from argmap.maps.actions.nodes import CITATION_FIELDS

from ..writing.forms import Form

_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_is_url = URLValidator(schemes=["http", "https"])


class CitationForm(Form):
    #: One of them is, of a row that says anything; so none of them is called optional.
    needed = ("title", "address", "locator", "quote")
    title = forms.CharField(required=False, max_length=limits.CITATION["title"])
    address = forms.CharField(
        label="Address or DOI",
        required=False,
        max_length=limits.CITATION["url"],
        widget=forms.TextInput(attrs={"placeholder": "https://… or 10.…", "inputmode": "url"}),
    )
    locator = forms.CharField(
        label="Page or date", required=False, max_length=limits.CITATION["locator"]
    )
    quote = forms.CharField(
        label="Its words",
        required=False,
        max_length=limits.CITATION["quote"],
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def clean_address(self):
        """What is no DOI is an address, with or without what it begins with."""
        address = self.cleaned_data["address"]
        if not address or _DOI.fullmatch(address):
            return address
        if "://" not in address:
            address = f"https://{address}"
        try:
            _is_url(address)
        except ValidationError:
            raise ValidationError("Enter a valid URL, or a DOI.") from None
        return address

    def clean(self):
        data = super().clean()
        if any(data.values()) and not (data.get("title") or data.get("address") or self.errors):
            self.add_error("title", "Name the source: a title, an address or a DOI.")
        return data

    def citation(self, old=None):
        """Its fields; what stands as it was keeps what a row does not show."""
        kept = {name: getattr(old, name) if old else "" for name in CITATION_FIELDS}
        if not self.has_changed():
            return kept
        data = {name: self.cleaned_data[name] for name in ("title", "locator", "quote")}
        if "address" in self.changed_data:
            doi = _DOI.fullmatch(self.cleaned_data["address"])
            data |= {"doi": doi[1], "url": ""} if doi else {"url": self.cleaned_data["address"]}
            if old is not None and not doi and not old.url:
                data["doi"] = ""  # it was what the row showed
        return kept | data

    @property
    def is_empty(self):
        return not any(self.cleaned_data.get(name) for name in self.fields)


class Citations:
    """The rows: `old` in their order, and those to fill in. One that is emptied is left out."""

    def __init__(self, data=None, old=()):
        self.old, self.data = list(old), data
        count = len(self.old) + 1 if data is None else self._count()
        self.forms = [
            CitationForm(data, prefix=f"citation-{n}", initial=self._shown(n)) for n in range(count)
        ]

    def _count(self):
        """How many rows the page had."""
        return min(whole_number(self.data.get("citations")) or 0, limits.MOST_CITATIONS + 1)

    def _shown(self, n):
        if n >= len(self.old):
            return {}
        citation = self.old[n]
        fields = {name: one_line(getattr(citation, name)) for name in ("title", "locator", "quote")}
        return fields | {"address": citation.url or citation.doi}

    def with_one_more(self):
        """The same with what was typed, and one row more."""
        rows = Citations(old=self.old)
        rows.forms = [
            CitationForm(prefix=form.prefix, initial={n: form[n].value() for n in form.fields})
            for form in self.forms
        ]
        rows.forms.append(CitationForm(prefix=f"citation-{len(rows.forms)}"))
        return rows

    def is_valid(self):
        return all(form.is_valid() for form in self.forms)

    @property
    def filled(self):
        """Whether a row says anything, be it wrong."""
        return any(form[name].value() for form in self.forms for name in form.fields)

    def rows(self):
        """The citations; of those that there were, what the page did not show stays."""
        kept = [{name: getattr(each, name) for name in CITATION_FIELDS} for each in self.old]
        if "citations" not in self.data:
            return kept
        old = [*self.old, *([None] * len(self.forms))]
        pairs = zip(self.forms, old, strict=False)
        shown = [form.citation(citation) for form, citation in pairs if not form.is_empty]
        return shown + kept[len(self.forms) :]
