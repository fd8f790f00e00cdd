"""People and teams, to read in the admin."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Q

from argmap.admin.read_only import FlaggedFilter, ReadOnlyAdmin, related, short
from argmap.journal.admin import withheld_changes

from .models import ApiToken, Invitation, Sanction, Team, TeamMember, User

admin.site.unregister([Group, EmailAddress])

# The site's journal tells of teams, which are their members' own.
withheld_changes.append(
    Q(object_type__in=[model._meta.label_lower for model in (Team, TeamMember, Invitation)])
)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    moderators_see = Q()
    list_display = ["username", "name", "email", "is_moderator", "is_staff", "is_active"]
    list_display += ["open_flags", "date_joined"]
    list_filter = ["is_moderator", "is_staff", "is_superuser", "is_active", FlaggedFilter]
    search_fields = ["username", "name", "email"]
    date_hierarchy = "date_joined"
    ordering = ["-pk"]
    secret = ["password", "groups", "user_permissions", "username_key", "email_key"]
    operators_only = ["email", "first_name", "last_name", "last_login", "journal"]


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "created_at"]
    search_fields = ["name", "slug"]
    ordering = ["name"]

    def is_open(self, team):
        return team.open_to_moderators


@admin.register(TeamMember)
class TeamMemberAdmin(ReadOnlyAdmin):
    list_display = ["id", related("team"), related("user"), "role"]
    list_filter = ["role"]
    search_fields = ["team__name", "user__username"]
    list_select_related = ["team", "user"]
    filter_by = ["team", "user"]
    ordering = ["-pk"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", related("team"), "role", related("invited_by"), "created_at"]
    list_display += ["expires_at", "accepted_at"]
    list_filter = ["role", ("accepted_at", admin.EmptyFieldListFilter), "expires_at"]
    search_fields = ["email", "team__name"]
    list_select_related = ["team", "invited_by"]
    filter_by = ["team", "invited_by", "accepted_by"]
    ordering = ["-pk"]
    secret = ["token_digest"]


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    moderators_see = Q()
    list_display = ["id", related("user"), "kind", short("reason"), related("imposed_by")]
    list_display += ["begins_at", "ends_at", "lifted_at"]
    list_filter = ["kind", ("lifted_at", admin.EmptyFieldListFilter), "ends_at"]
    search_fields = ["user__username", "user__name", "reason"]
    list_select_related = ["user", "imposed_by"]
    filter_by = ["user", "imposed_by"]
    date_hierarchy = "begins_at"
    ordering = ["-pk"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["name", related("user"), "created_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["name", "user__username"]
    list_select_related = ["user"]
    filter_by = ["user"]
    ordering = ["-pk"]
    secret = ["digest"]


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    journaled = False
    list_display = ["email", related("user"), "primary", "verified"]
    list_filter = ["primary", "verified"]
    search_fields = ["email", "user__username"]
    list_select_related = ["user"]
    filter_by = ["user"]
    ordering = ["-pk"]
