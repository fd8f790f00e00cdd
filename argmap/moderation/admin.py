"""Flags, to read in the admin; and the buttons by which moderators act on anything."""

from django import forms
from django.contrib import admin
from django.db.models import Q

from argmap.accounts.actions import make_moderator
from argmap.accounts.models import Sanction, User
from argmap.accounts.permissions import Verb, may
from argmap.admin.read_only import Button, ReadOnlyAdmin, link_to, offer, related, short
from argmap.debate.models import Annotation
from argmap.kinds import kind_of
from argmap.maps.models import Map

from . import actions
from .models import TARGETS, Flag


class NoteForm(forms.Form):
    moderator_note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Only moderators can read it.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="It is public: say it politely."
    )


class ReasonAndNoteForm(ReasonForm, NoteForm):
    field_order = ["reason", "moderator_note"]


class SanctionForm(ReasonAndNoteForm):
    kind = forms.ChoiceField(choices=Sanction.Kind)
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="The person reads it."
    )
    ends_at = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="In UTC. Empty: until it is lifted. A ban has no end.",
    )
    field_order = ["kind", "reason", "ends_at", "moderator_note"]


def buttons_on(target_of):
    """Hide, restore and dismiss, for a page whose target is `target_of(its object)`."""

    def on_target(action):
        return lambda actor, obj, **fields: action(actor, target_of(obj), **fields)

    def when(condition, verb):
        return lambda user, obj: condition(target_of(obj)) and may(user, verb, target_of(obj))

    def can_hide(target):
        return kind_of(target).can_be_hidden and not target.hidden

    def can_restore(target):
        return kind_of(target).can_be_hidden and target.hidden

    return [
        Button(
            "hide", "Hide", ReasonAndNoteForm, on_target(actions.hide), when(can_hide, Verb.HIDE)
        ),
        Button(
            "restore",
            "Show again",
            ReasonAndNoteForm,
            on_target(actions.restore),
            when(can_restore, Verb.RESTORE),
        ),
        Button(
            "dismiss",
            "Dismiss flags",
            NoteForm,
            on_target(actions.dismiss_flags),
            when(lambda target: target.open_flags, Verb.DISMISS),
        ),
    ]


for _kind in TARGETS.values():
    offer(_kind.model, *buttons_on(lambda obj: obj))
offer(Flag, *buttons_on(lambda flag: flag.target))

offer(
    Map,
    Button(
        "lock",
        "Lock",
        ReasonForm,
        actions.lock_map,
        lambda user, map: not map.locked_at and may(user, Verb.LOCK, map),
    ),
    Button(
        "unlock",
        "Unlock",
        ReasonForm,
        actions.unlock_map,
        lambda user, map: map.locked_at and may(user, Verb.UNLOCK, map),
    ),
)


def _may_make_or_end(user, account):
    over = not account.is_superuser or may(user, Verb.SANCTION_OPERATOR)
    return over and may(user, Verb.NAME_MODERATORS)


offer(
    User,
    Button("sanction", "Sanction", SanctionForm, actions.sanction, actions.may_sanction),
    Button(
        "make-moderator",
        "Make a moderator",
        forms.Form,
        make_moderator,
        lambda user, account: not account.is_moderator and _may_make_or_end(user, account),
    ),
    Button(
        "end-moderator",
        "End as moderator",
        forms.Form,
        lambda actor, account: make_moderator(actor, account, moderator=False),
        lambda user, account: (
            account.is_moderator and account.pk != user.pk and _may_make_or_end(user, account)
        ),
    ),
)
offer(
    Sanction,
    Button(
        "lift",
        "Lift",
        ReasonForm,
        actions.lift_sanction,
        lambda user, measure: not measure.lifted_at and actions.may_sanction(user, measure.user),
    ),
)


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    moderators_see = ~Q(annotation__visibility=Annotation.Visibility.PRIVATE)
    list_display = ["id", "state", "reason", "target", short("note"), related("reporter")]
    list_display += ["created_at", related("handled_by"), "handled_at"]
    list_filter = ["state", "reason", "created_at"]
    search_fields = ["note", "reporter__username"]
    list_select_related = ["reporter", "handled_by", *TARGETS]
    filter_by = ["reporter", "handled_by", *TARGETS]
    date_hierarchy = "created_at"
    ordering = ["-pk"]

    @admin.display(description="on")
    def target(self, flag):
        return link_to(flag.target, for_operator=flag.for_operator)
