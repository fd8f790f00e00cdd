from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "argmap.accounts"


class ArgmapAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with a site of ours."""

    default = False  # of this module's two, AccountsConfig is the app's
    default_site = "argmap.accounts.admin_site.ArgmapAdminSite"
