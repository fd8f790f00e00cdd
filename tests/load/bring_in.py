"""Imports a map of so many statements into the database that is served. Prints JSON."""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
django.setup()

from argmap.accounts.models import User  # noqa: E402
from argmap.journal import writing  # noqa: E402
from argmap.transfer.actions import import_map  # noqa: E402
from bench.maps import document  # noqa: E402


def main(size):
    owner, begun = User.objects.get(username="owner"), []
    turn, made = writing.turn, document(size)

    def noted():
        begun.append(time.monotonic())
        return turn()

    writing.turn = noted
    first = time.monotonic()
    import_map(owner, made, visibility="public")
    last = time.monotonic()
    print(json.dumps({"seconds": last - first, "held": last - begun[0]}))


main(int(sys.argv[1]))
