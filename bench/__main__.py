"""The first budgets of the design, measured: `make bench`.

Each page is held against the floor, taken in turn with it in the same run, so that a machine
that grows slower or faster on the way changes both. A figure is the median of its turns.
`python -m bench writing live` measures these parts alone.
"""

import os
import statistics
import sys
import time

import django

TURNS = int(os.environ.get("ARGMAP_BENCH_TURNS", "40"))
SIZE = 1000


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from . import graph, importing, live, maps, pages, rest, search, sizes, workspace, writing

    call_command("migrate", verbosity=0)
    print(f"\n{connection.display_name}, a map of {SIZE:,} nodes, medians of {TURNS} turns")
    people = maps.people()
    map = maps.make_map(SIZE, people["person0"], people)
    parts = {
        "workspace": lambda: rows_of(workspace, map),
        "pages": lambda: rows_of(pages, map),
        "rest": lambda: rows_of(rest, map),
        "graph": lambda: graph.report(map),
        "sizes": sizes.report,
        "search": search.report,
        "importing": importing.report,
        "writing": writing.report,
        "live": live.report,
    }
    missed = sum(parts[name]() for name in sys.argv[1:] or parts)
    return 1 if missed else 0


def rows_of(part, map):
    """Print the rows of a part; how many miss their budget."""
    return sum(not report(row) for row in part.rows(map))


def report(row):
    """Print a row against its budget; whether it holds."""
    floors, times = [], []
    for _ in range(3):
        row.prepare()
        row.request()
        row.floor()
    for _ in range(TURNS):
        floors.append(timed(row.floor))
        row.prepare()
        times.append(timed(row.request))
    floor, mine = statistics.median(floors), statistics.median(times)
    held = row.holds(floor, mine)
    print(
        f"  {row.name:<44} {mine * 1000:7.2f} ms   floor {floor * 1000:6.2f} ms   "
        f"{row.figure(floor, mine):<10} budget {row.budget:<8} {'held' if held else 'MISSED'}"
    )
    return held


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
