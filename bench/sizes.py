"""The workspace of maps of several sizes, and how its cost grows: CPU, in this process.

Through the WSGI handler that the server hands pages to, without a socket between: what is
measured is the time to the whole answer, which leaves at once. ARGMAP_BENCH_SIZES names the
sizes; then the two largest maps through the server as it is served.
"""

import gc
import math
import os
import statistics
import time

from django.db import connection

from argmap.accounts.models import User

from . import maps, served
from .workspace import Browser, Writer, empty_caches

SIZES = os.environ.get("ARGMAP_BENCH_SIZES", "100,1000,10000,100000")
SIZES = [int(size) for size in SIZES.split(",")]
TURNS = 9
MOST_TIMES = 3  # what the largest may cost, in times that of 1,000 nodes
MOST = {"empty cache": 1500, "picker": 100}  # milliseconds at the largest
MOST_HTML = 300_000  # bytes of the page without its article


def report():
    """Print a line for each row; how many miss their budget."""
    owner = User.objects.filter(username="person0").first() or maps.people()["person0"]
    credited = {user.username: user for user in User.objects.filter(username__startswith="person")}
    print(
        f"  {connection.display_name}, CPU of this process, WSGI handler, medians of {TURNS} turns"
    )
    print(f"  {'':<28}" + "".join(f"{size:>11,}" for size in SIZES) + "   exponent")
    _measured(maps.make_map(100, owner, credited), owner)  # warms up what all sizes share
    made = {size: maps.make_map(size, owner, credited) for size in SIZES}
    columns = [_measured(map, owner) for map in made.values()]
    missed = sum(_report(name, [column[name] for column in columns]) for name in columns[0])
    second = maps.make_map(SIZES[-1], owner, credited)
    missed += _html(second, owner)
    gc.collect()
    memory = served.memory_of("self") / 1e6
    print(f"  memory of this process, which made all of these maps: {memory:.0f} MB")
    small = made.get(1000, made[SIZES[0]])
    return missed + served.report(small, made[SIZES[-1]], second, owner)


def _measured(map, owner):
    """Milliseconds by the name of what is done."""
    reader, page = Browser(owner), map.get_absolute_url()
    writer = Writer(owner, map)

    def get():
        reader.get(page)

    return {
        "empty cache": _median(get, empty_caches, turns=3),
        "warm": _median(get),
        "unchanged": _median(lambda: reader.get(page, HTTP_IF_NONE_MATCH=reader.etag)),
        "after an annotation": _median(get, writer.annotate),
        "after a new node": _median(get, writer.add_node),
        "?node=N": _median(lambda: reader.get(f"{page}?node={writer.number()}")),
        "picker": _median(lambda: reader.get(f"{page}pick/?q=nothing+has+these")),
    }


def _median(call, prepare=lambda: None, turns=TURNS):
    taken = []
    for _ in range(turns):
        prepare()
        gc.collect()
        begun = time.process_time()
        call()
        taken.append(1000 * (time.process_time() - begun))
    return statistics.median(taken)


def _report(name, row):
    """Whether it misses its budget."""
    exponent = math.log(row[-1] / row[0]) / math.log(SIZES[-1] / SIZES[0]) if len(row) > 1 else 0
    if name in MOST:
        budget, held = f"≤ {MOST[name]} ms", row[-1] <= MOST[name]
    else:
        at_1000 = row[SIZES.index(1000)] if 1000 in SIZES else row[0]
        budget, held = f"≤ {MOST_TIMES} × 1,000", row[-1] <= MOST_TIMES * at_1000
    times = "".join(f"{each:8.1f} ms" for each in row)
    print(f"  {name:<28}{times}   {exponent:8.2f}   {budget} {'held' if held else 'MISSED'}")
    return not held


def _html(map, owner):
    """Of the page, whatever the size of its map."""
    page = Browser(owner).get(map.get_absolute_url()).content
    article = page[page.index(b'id="text"') : page.index(b'<div class="strip"')]
    size = len(page) - len(article)
    held = size <= MOST_HTML
    print(
        f"  HTML without the article: {size / 1000:.0f} KB   "
        f"budget {MOST_HTML // 1000} KB  {'held' if held else 'MISSED'}"
    )
    return not held
