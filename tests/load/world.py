"""Makes the rows that a load test begins with, in the database that is served. Prints JSON.

Node 1 is a thesis, resting on the words of one long paragraph; all others support it.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from argmap.accounts.actions import issue_token  # noqa: E402
from argmap.accounts.models import User  # noqa: E402
from argmap.interchange.document import (  # noqa: E402
    Article,
    Edition,
    Link,
    MapDocument,
    Node,
    Quote,
)
from argmap.transfer.actions import import_map  # noqa: E402

WORDS = "The bridge was closed in March."


def document(size):
    nodes = [Node(1, "thesis", "The bridge should be rebuilt.", passages=[Quote(WORDS)])]
    nodes += [Node(number, "claim", f"Claim {number}.") for number in range(2, size + 1)]
    return MapDocument(
        title="The bridge",
        article=Article("The bridge", edition=Edition(WORDS + " It is old." * 8_000)),
        nodes=nodes,
        links=[Link(f"L{number}", number, 1, "supports") for number in range(2, size + 1)],
    )


def main(size):
    call_command("migrate", verbosity=0)
    # Nothing is collected: these tests ask for no page's files, and it takes seconds.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.joinpath("staticfiles.json").write_text('{"version": "1.1", "paths": {}}')
    owner = User.objects.create_user("owner", "owner@example.org", "secret")
    map = import_map(owner, document(size), visibility="public").map
    _, secret = issue_token(owner, name="load")
    browser = Client()
    browser.force_login(owner)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    address = map.get_absolute_url()
    print(json.dumps({"slug": map.slug, "address": address, "token": secret, "session": session}))


main(int(sys.argv[1]))
