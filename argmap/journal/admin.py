"""What happened, to read in the admin."""

import json

from django.apps import apps
from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Substr
from django.forms import BaseInlineFormSet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join

from argmap.admin.read_only import NOTHING, ReadOnly, ReadOnlyAdmin, link_to, related, short

from .models import Change, Event, Journal, Sent
from .writing import REGISTRY

MOST_CHANGES = 100  # that an Event shows on its own page
MOST_CHARACTERS = 500  # of one value there

#: Which journals and which Changes in them are a moderator's to read; higher floors add to it.
open_journals = [{"kind": Journal.Kind.SITE}]
withheld_changes = []


def _in_open_journal(prefix):
    rule = Q()
    for fields in open_journals:
        rule |= Q(**{f"{prefix}{name}": value for name, value in fields.items()})
    return rule


def _of(journal, row):
    # A journal's kind is the name of what it tells of, except the site's.
    return link_to(getattr(journal, journal.kind, None), for_operator=row.for_operator)


#: What a journal can tell of, to be joined.
TOLD_OF = [kind for kind in Journal.Kind.values if kind != Journal.Kind.SITE]


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    journaled = False
    list_display = ["id", "kind", "of", "seq", "numbered"]
    list_filter = ["kind"]
    search_fields = ["=id"]
    search_help_text = "The number of a journal"
    list_select_related = TOLD_OF
    further = ["of"]
    ordering = ["-pk"]

    @property
    def moderators_see(self):
        return _in_open_journal("")

    @admin.display(description="of")
    def of(self, journal):
        return _of(journal, journal)


class VerbFilter(admin.SimpleListFilter):
    """By what the actions are called: to ask the table would read all of it."""

    title = parameter_name = "verb"

    def lookups(self, request, model_admin):
        return [(name, name.replace("_", " ")) for name in sorted(REGISTRY)]

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() in REGISTRY else queryset


class ChangeRows(ReadOnly):
    """The Changes that may be read: those of open journals, without what is withheld."""

    @property
    def moderators_see(self):
        rule = _in_open_journal("event__journal__")
        for withheld in withheld_changes:
            rule &= ~withheld
        return rule

    @admin.display(description="object")
    def changed_object(self, change):
        name = f"{change.object_type} {change.object_id}"
        try:
            model = apps.get_model(change.object_type)
        except LookupError:
            return name
        if not admin.site.is_registered(model):
            return name
        url = reverse(
            f"admin:{change.object_type.replace('.', '_')}_change", args=[change.object_id]
        )
        return format_html('<a href="{}">{}</a>', url, name)

    @admin.display(description="fields")
    def fields_before_and_after(self, change):
        return fields_table(change.text)

    @admin.display(description="fields")
    def fields_in_short(self, change):
        return fields_table(change.text, most=MOST_CHARACTERS)


def fields_table(text, most=None):
    """A Change, field by field; values are JSON."""
    if text is None:
        return "The text was erased; its digest stays."
    change = json.loads(text)
    before, after = change["before"], change["after"]
    did = "created" if before is None else "removed" if after is None else "changed"
    before, after = before or {}, after or {}
    rows = [
        (name, _value(before, name, most), _value(after, name, most))
        for name in sorted({*before, *after})
    ]
    return format_html(
        "<table><caption>{}</caption><thead><tr><th>field</th><th>before</th><th>after</th></tr>"
        "</thead><tbody>{}</tbody></table>",
        did,
        format_html_join(
            "",
            '<tr><th scope="row">{}</th><td><pre>{}</pre></td><td><pre>{}</pre></td></tr>',
            rows,
        ),
    )


def _value(fields, name, most):
    if name not in fields:
        return NOTHING
    value = fields[name]
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return text if most is None or len(text) <= most else f"{text[:most]}…"


class FirstChanges(BaseInlineFormSet):
    """An import's Event has tens of thousands of Changes; its page shows the first."""

    def get_queryset(self):
        return self._first

    @cached_property
    def _first(self):
        return list(super().get_queryset()[:MOST_CHANGES])


class ChangeInline(ChangeRows, admin.TabularInline):
    model = Change
    formset = FirstChanges
    fields = readonly_fields = ["changed_object", "fields_in_short"]
    verbose_name_plural = f"changes (the first {MOST_CHANGES})"
    extra = 0


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    journaled = False
    list_display = ["seq", related("journal"), "of", "verb", related("actor"), "at"]
    list_display += [short("reason")]
    list_filter = [VerbFilter, "journal__kind", "at"]
    search_fields = ["verb", "reason", "actor__username"]
    search_help_text = "A verb, words of a reason, a username"
    list_select_related = ["journal", "actor", *(f"journal__{name}" for name in TOLD_OF)]
    filter_by = ["journal", "actor"]
    date_hierarchy = "at"
    ordering = ["-pk"]
    further = ["of"]
    inlines = [ChangeInline]

    @property
    def moderators_see(self):
        return _in_open_journal("journal__")

    @admin.display(description="of")
    def of(self, event):
        return _of(event.journal, event)


@admin.register(Change)
class ChangeAdmin(ChangeRows, ReadOnlyAdmin):
    journaled = False
    list_display = ["id", "changed_object", "beginning", related("event"), "at"]
    search_fields = ["text"]
    search_help_text = "Words that were written or replaced"
    list_select_related = ["event__journal"]
    # The salt keeps an erased text from being guessed by its digest.
    secret = ["salt"]
    list_defer = ["text", "salt"]
    filter_by = ["event", "object_type", "object_id"]
    ordering = ["-pk"]
    further = ["fields_before_and_after"]
    replaced = ["text"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(beginning=Substr("text", 1, 120))

    @admin.display(description="text")
    def beginning(self, change):
        return NOTHING if change.beginning is None else change.beginning

    @admin.display(description="at", ordering="event__at")
    def at(self, change):
        return change.event.at


@admin.register(Sent)
class SentAdmin(ReadOnlyAdmin):
    journaled = False
    list_display = ["id", related("actor"), "object_type", "object_id", "at"]
    search_fields = ["object_type", "actor__username"]
    search_help_text = "A kind of object, a username"
    list_select_related = ["actor"]
    secret = ["key", "digest"]
    filter_by = ["actor"]
    ordering = ["-pk"]
