"""Imports of several sizes: their time beside that of bare rows, and how it grows."""

import math
import os
import time

from django.db import transaction

from argmap.accounts.models import User
from argmap.interchange import native
from argmap.journal.bulk import store
from argmap.journal.models import Change
from argmap.transfer.actions import import_map

from . import maps

SIZES = os.environ.get("ARGMAP_BENCH_IMPORTS", "1000,10000,100000")
BUDGET = 3.0  # seconds for 10,000 statements


def report():
    """Print the times; 1 where the budget of 10,000 statements is missed, otherwise 0."""
    credited = {user.username: user for user in User.objects.filter(username__startswith="person")}
    sizes, taken = [int(size) for size in SIZES.split(",")], {}
    for size in sizes:
        document = maps.document(size)
        file = native.dump(document)
        begun = time.perf_counter()
        native.load(file)
        parsed = time.perf_counter() - begun
        begun = time.perf_counter()
        made = import_map(credited["person0"], document, people=credited, visibility="public")
        taken[size] = time.perf_counter() - begun
        rows = Change.objects.filter(event__journal=made.map.journal_id).count()
        print(
            f"  import of {size:>7,} statements ({rows:,} Changes) {taken[size]:7.2f} s   "
            f"floor {_floor(made.map):6.2f} s   "
            f"its file of {len(file) / 1e6:.1f} MB is read in {parsed:.2f} s"
        )
    first, last = sizes[0], sizes[-1]
    exponent = math.log(taken[last] / taken[first]) / math.log(last / first)
    held = taken.get(10_000, 0) <= BUDGET
    print(
        f"  grows with the size to the power of {exponent:.2f}   "
        f"budget {BUDGET:g} s for 10,000  {'held' if held else 'MISSED'}"
    )
    return int(not held)


def _floor(map):
    """The same Changes stored once more, made already: what the database alone takes."""
    [event_id] = map.journal.events.values_list("pk", flat=True)
    columns = ["event_id", "object_type", "object_id", "text", "salt", "digest"]
    rows = list(Change.objects.filter(event=event_id).values_list(*columns))
    with transaction.atomic():
        begun = time.perf_counter()
        store(Change._meta.db_table, columns, rows)
        transaction.set_rollback(True)
        return time.perf_counter() - begun
