import logging

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from .logs import WithoutKeys


class AccountsConfig(AppConfig):
    name = "argmap.accounts"
    verbose_name = "Accounts and teams"  # the library for signing in has a group "Accounts"

    def ready(self):
        # Of uvicorn's own log, which is set up before these settings are read.
        logging.getLogger("uvicorn.access").addFilter(WithoutKeys())


class ArgmapAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with a site of ours."""

    default = False  # of this module's two, AccountsConfig is the app's
    default_site = "argmap.accounts.admin_site.ArgmapAdminSite"
