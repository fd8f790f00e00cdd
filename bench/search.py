"""Searching maps of several sizes, and among very many statements in many maps.

ARGMAP_BENCH_SIZES names the sizes, ARGMAP_BENCH_STATEMENTS how many statements there are in all
(at first 200,000; the promise is of 1,000,000, which takes minutes to make). Nobody sees every
tenth map but its owner. The time is that of the whole page, through the WSGI handler. Statements
of one map are found while one types by another way, which `sizes` measures as the picker.
"""

import os
import random
import statistics
import time
from itertools import accumulate

from django.db import connection, transaction
from django.utils import timezone

from argmap.accounts.models import User
from argmap.journal.bulk import Sheet
from argmap.maps import actions
from argmap.maps.models import Map, Node

from . import maps
from .sizes import SIZES
from .workspace import Browser

STATEMENTS = int(os.environ.get("ARGMAP_BENCH_STATEMENTS", "200000"))
IN_A_MAP = 10_000
TURNS = 7
BUDGET = 200  # milliseconds, for the slowest of what is looked for

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or")]


def report():
    """Print the times; how many rows miss their budget."""
    owner = User.objects.filter(username="person0").first() or maps.people()["person0"]
    reader = User.objects.filter(username="person1").first()
    dice = random.Random(1)
    words = Words(dice)
    print(f"  {connection.display_name}, the whole page, medians of {TURNS} turns, milliseconds")
    missed = 0
    for size in SIZES:
        map = fill(owner, size, words, "public")
        address = f"{map.get_absolute_url()}search/"
        missed += _row(f"in a map of {size:,}", Browser(owner), address, words)
    begun, count = time.perf_counter(), Node.objects.count()
    for number in range((STATEMENTS - count) // IN_A_MAP):
        fill(owner, IN_A_MAP, words, "public" if number % 10 else "private")
    print(f"  {Node.objects.count():,} statements, made in {time.perf_counter() - begun:.0f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_entry")
    for name, user in (("owner", owner), ("reader", reader)):
        missed += _row(f"everywhere, {name}", Browser(user), "/search/", words)
    return missed


class Words:
    """Twenty thousand, of which each is as often as its rank says (Zipf)."""

    def __init__(self, dice):
        self.dice = dice
        made = {"".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(24_000)}
        self.all = sorted(made)[:20_000]
        dice.shuffle(self.all)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.all))))

    def sentence(self, length=18):
        chosen = self.dice.choices(self.all, cum_weights=self.weights, k=length)
        return f"{' '.join(chosen).capitalize()}."

    def looked_for(self):
        """What somebody types, by its name."""
        common, rare = self.all[0], self.all[15_000]
        return {
            "rare": rare,
            "common": common,
            "two common": f"{common} {self.all[1]}",
            "common, rare": f"{common} {rare}",
            "beginning": common[:3],
            "misspelt": f"{rare[:-1]}x",
            "nothing": "qqqqqq wwwwww",
        }


def fill(owner, size, words, visibility):
    """A map of so many statements; their journal tells of none, so nothing but search is right."""
    map = actions.begin_map(owner, title=f"{size:,} statements")
    Map.objects.filter(pk=map.pk).update(visibility=visibility)
    at = timezone.now()
    same = {"map_id": map.pk, "author_id": owner.pk, "created_at": at, "changed_at": at}
    sheet = Sheet(Node, kind="claim", **same)
    for number in range(1, size + 1):
        sheet.add(number=number, text=words.sentence())
    with transaction.atomic():
        sheet.write()
    return map


def _row(name, browser, address, words):
    times = {}
    for what, typed in words.looked_for().items():
        browser.get(f"{address}?q={typed.replace(' ', '+')}")
        taken = []
        for _ in range(TURNS):
            begun = time.perf_counter()
            browser.get(f"{address}?q={typed.replace(' ', '+')}")
            taken.append(1000 * (time.perf_counter() - begun))
        times[what] = statistics.median(taken)
    held = max(times.values()) <= BUDGET
    told = "   ".join(f"{what} {taken:.0f}" for what, taken in times.items())
    print(f"  {name:<24} {told}   ≤ {BUDGET} {'held' if held else 'MISSED'}")
    return not held
