"""Who may use the admin, and how they sign in to it."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from argmap.journal.errors import Busy, Gone, Settled, Stale
from argmap.journal.once import once_of_form

from .permissions import Forbidden, Verb, may


class ArgmapAdminSite(admin.AdminSite):
    """For staff who moderate or run the server; for everyone else it does not exist.

    Its pages write through actions only (see `argmap.admin.read_only`), so what
    Django's own admin would write by itself is not here.
    """

    site_header = site_title = "Argmap admin"
    index_title = "All that the database holds"
    index_template = "admin/argmap_index.html"

    #: What an action may answer to a button, to be read as a sentence.
    refusals = (Forbidden, Gone, Settled, Stale, Busy)
    #: A button that is pressed twice acts once.
    once = staticmethod(once_of_form)

    def has_permission(self, request):
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return user.is_superuser or may(user, Verb.SEE_AUDIT)

    def get_urls(self):
        # "View on site" would tell the address of a private map; autocompletion is for forms.
        left_out = {"view_on_site", "autocomplete"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in left_out]

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """The site's own sign-in page, with its limits of attempts."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
