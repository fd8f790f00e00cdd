"""What every page of the admin stands on: it shows rows, and writes only through actions.

Someone who runs the server (a superuser) sees every row, without secrets. A moderator sees
what `moderators_see` says: what is public, and single objects that were flagged or hidden.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import JSONField, Q, Value
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

NOTHING = "–"
WITHHELD = "(not public)"


@dataclass(frozen=True)
class Button:
    """An action that a change page offers. The fields of its form are the action's arguments."""

    name: str
    label: str
    form: type[forms.Form]
    act: Callable
    offered: Callable = lambda user, obj: True


_buttons = defaultdict(list)


def moderated(prefix=""):
    """What a moderator sees of what is not public: what was flagged, and what one hid and may
    give back."""
    return Q(**{f"{prefix}open_flags__gt": 0}) | Q(**{f"{prefix}hidden_at__isnull": False})


def offer(model, *buttons):
    """Put buttons on a model's change page; its app may stand on a lower floor."""
    _buttons[model].extend(buttons)


class FlaggedFilter(admin.SimpleListFilter):
    title = "flags"
    parameter_name = "flagged"

    def lookups(self, request, model_admin):
        return [("yes", "Open flags")]

    def queryset(self, request, queryset):
        return queryset.filter(open_flags__gt=0) if self.value() == "yes" else queryset


class ReadOnly:
    """The permissions, and which rows there are, of a ModelAdmin or an inline."""

    #: The rows that a moderator sees who does not run the server, as a Q; None is no row.
    moderators_see = None

    #: Columns that may hold a long text, left in the database until they are asked for.
    list_defer = ()

    @property
    def media(self):
        """No script: nothing here is edited, and Django's would not pass our CSP."""
        return forms.Media(css={"all": ["css/admin.css"]})

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def get_queryset(self, request):
        rows = super().get_queryset(request).defer(*self.list_defer)
        operator = request.user.is_superuser
        if not operator:
            rule = self.moderators_see
            rows = rows.none() if rule is None else rows.filter(rule)
        # A column is given its row and nothing of who looks at it.
        return rows.annotate(for_operator=Value(operator))


LONGEST_SEARCH = 500


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    actions = None
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/read_only_change_form.html"

    #: Fields that nobody reads here, and those that only someone who runs the server does.
    secret = ()
    operators_only = ()

    #: What the change page shows besides the model's fields, and the fields that it replaces.
    further = ()
    replaced = ()

    #: Foreign keys (or plain fields) that a list can be narrowed to by its address.
    filter_by = ()

    #: Whether Changes tell of its rows.
    journaled = True

    def label(self, obj):
        """What a link to it says."""
        return str(obj)

    def is_open(self, obj):
        """Whether moderators may read the words of it where another row names it."""
        return True

    def is_on_site(self, obj):
        """Whether whoever may use the admin can open its page outside."""
        return True

    # Which fields

    def get_fields(self, request, obj=None):
        fields = [*self.opts.concrete_fields, *self.opts.many_to_many]
        hidden = {*self.replaced, *self._hidden_from(request)}
        return [_shown(field) for field in fields if field.name not in hidden] + [*self.further]

    def get_list_display(self, request):
        hidden = self._hidden_from(request)
        return [name for name in self.list_display if _name(name) not in hidden]

    def get_search_results(self, request, queryset, search_term):
        """SQLite refuses a LIKE of 50,000 characters; nothing that is searched is so long."""
        if len(search_term) > LONGEST_SEARCH:
            sentence = f"Search for at most {LONGEST_SEARCH} characters."
            self.message_user(request, sentence, messages.ERROR)
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_search_fields(self, request):
        hidden = self._hidden_from(request)
        return [name for name in self.search_fields if name.lstrip("^=@") not in hidden]

    def _hidden_from(self, request):
        return {*self.secret, *(() if request.user.is_superuser else self.operators_only)}

    def lookup_allowed(self, lookup, value, request):
        """The filters of the list, and no other question: Django would answer
        `?password__startswith=`."""
        if "\x00" in str(value):  # which PostgreSQL would choke on
            return False
        if lookup.removesuffix("__id__exact") in self.filter_by:
            return True
        filters = [self.date_hierarchy] if self.date_hierarchy else []
        for each in self.get_list_filter(request):
            each = each[0] if isinstance(each, tuple) else each
            filters.append(getattr(each, "parameter_name", each))
        return any(lookup == name or lookup.startswith(f"{name}__") for name in filters)

    # The change page

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "buttons": [
                (button.label, self._url("act", obj.pk, button.name))
                for button in _buttons[self.model]
                if button.offered(request.user, obj)
            ],
            "lists": list(self._lists_of(request, obj)),
            "changes_url": self._changes_url(obj) if self.journaled else None,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_view_on_site_url(self, obj=None):
        if hasattr(obj, "get_absolute_url") and self.is_on_site(obj):
            return obj.get_absolute_url()
        return None

    def history_view(self, request, object_id, extra_context=None):
        """Its history stands in the journal."""
        obj = self.get_object(request, object_id)
        if obj is None or not self.journaled:
            raise Http404
        return redirect(self._changes_url(obj))

    def _lists_of(self, request, obj):
        """Links to the lists of the rows that point to this one."""
        for model, other in self.admin_site._registry.items():
            if not (request.user.is_superuser or other.moderators_see is not None):
                continue
            for name in other.filter_by:
                if model._meta.get_field(name).related_model is self.model:
                    url = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
                    label = f"{model._meta.verbose_name_plural} ({name.replace('_', ' ')})"
                    yield label, f"{url}?{urlencode({f'{name}__id__exact': obj.pk})}"

    def _changes_url(self, obj):
        query = urlencode({"object_type": self.opts.label_lower, "object_id": obj.pk})
        return f"{reverse('admin:journal_change_changelist')}?{query}"

    def _url(self, view, *args):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}", args=args)

    # Buttons

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        act = self.admin_site.admin_view(self.act)
        return [path("<int:object_id>/act/<slug:name>/", act, name=name), *super().get_urls()]

    def act(self, request, object_id, name):
        """Asks for the reason, then calls the action."""
        obj = self.get_object(request, str(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        button = next((each for each in _buttons[self.model] if each.name == name), None)
        if button is None:
            raise Http404
        form = button.form(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._is_answered(request, button, obj, form):
            # What was flagged and is settled may be none of a moderator's business any more.
            still_there = self.get_object(request, str(object_id))
            return redirect(self._url(*(("change", obj.pk) if still_there else ("changelist",))))
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": self.label(obj),
            "opts": self.opts,
            "form": form,
            "back": self._url("change", obj.pk),
            "media": self.media,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/act.html", context, status=status)

    def _is_answered(self, request, button, obj, form):
        """Calls the action and says what came of it; False leaves the form to be corrected."""
        try:
            with self.admin_site.once(request):
                button.act(request.user, obj, **form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
            return False
        except self.admin_site.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, f"{button.label}: done.", messages.SUCCESS)
        return True


def _add_errors(form, error):
    for name, errors in getattr(error, "error_dict", {NON_FIELD_ERRORS: error}).items():
        form.add_error(name if name in form.fields else None, errors)


# Columns


@cache
def related(name, description=None):
    """A column that links to the row of a foreign key."""

    @admin.display(description=description or name.replace("_", " "), ordering=name)
    def show(row):
        return link_to(getattr(row, name), for_operator=row.for_operator)

    show.__name__ = name
    return show


@cache
def many(name):
    """The rows of a many-to-many field, as links."""

    @admin.display(description=name.replace("_", " "))
    def show(row):
        manager = getattr(row, name)
        shown = admin.site.get_model_admin(manager.model)
        rows = manager.select_related(*(shown.list_select_related or ())).defer(*shown.list_defer)
        links = [(link_to(each, for_operator=row.for_operator),) for each in rows]
        return format_html_join(", ", "{}", links) or NOTHING

    show.__name__ = name
    return show


@cache
def short(name, description=None):
    """The beginning of a text."""

    @admin.display(description=description or name.replace("_", " "), ordering=name)
    def show(row):
        return Truncator(getattr(row, name)).chars(90) or NOTHING

    show.__name__ = name
    return show


@cache
def readable(name):
    """JSON with indents."""

    @admin.display(description=name.replace("_", " "))
    def show(row):
        text = json.dumps(getattr(row, name), indent=2, ensure_ascii=False, sort_keys=True)
        return format_html("<pre>{}</pre>", text)

    show.__name__ = name
    return show


def link_to(obj, *, for_operator):
    """A link to the change page of any object, or word that it is not the reader's to see."""
    if obj is None:
        return NOTHING
    shown = admin.site.get_model_admin(type(obj))
    if not (for_operator or shown.is_open(obj)):
        return WITHHELD
    return format_html('<a href="{}">{}</a>', shown._url("change", obj.pk), shown.label(obj))


def _shown(field):
    if field.many_to_many:
        return many(field.name)
    if field.is_relation:
        return related(field.name)
    if isinstance(field, JSONField):
        return readable(field.name)
    return field.name


def _name(column):
    return getattr(column, "__name__", column)
