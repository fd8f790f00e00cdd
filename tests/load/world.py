"""Makes the rows that a load test begins with, in the database that is served. Prints JSON."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from argmap.accounts.actions import issue_token  # noqa: E402
from argmap.accounts.models import User  # noqa: E402
from argmap.maps import actions  # noqa: E402

call_command("migrate", verbosity=0)
# Nothing is collected: these tests ask for no page with files, and it takes seconds.
settings.STATIC_ROOT.joinpath("staticfiles.json").write_text("{}")
owner = User.objects.create_user("owner", "owner@example.org", "secret")
text = "The bridge was closed in March."
map = actions.bring_in(owner, article={"title": "The bridge", "visibility": "public"}, text=text)
actions.add_node(owner, map, kind="thesis", text="The bridge should be rebuilt.")
_, secret = issue_token(owner, name="load")
print(json.dumps({"slug": map.slug, "address": map.get_absolute_url(), "token": secret}))
