"""Live updates: from a commit to the bytes at each of many readers, through the server as served.

The writes go over REST to the server's own process, which notes when each was committed
(`served.note_commits`); the readers are another process. So a figure holds what the machine's
cores do for all three.
"""

import json
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from argmap.accounts.actions import issue_token
from argmap.accounts.models import User
from argmap.journal.models import Journal

from . import maps, served

#: Readers, and the milliseconds of the 99th percentile that the design allows.
BUDGETS = {1: None, 100: 50, 500: 100, 2_000: 500}
WRITES = 20
MOST_BYTES = 100_000  # of a stream
MOST_SLOWER = 1.5  # a write, with readers


def report():
    """Print the rows; how many miss their budget."""
    writer = User.objects.create_user("live")
    map = maps.make_map(1000, writer, {f"person{i}": writer for i in range(6)})
    _, token = issue_token(writer, name="bench")
    missed = 0
    with served.server() as (port, process, commits):
        site = Site(port, process, map, token, commits)
        site.write(5)
        alone, _ = site.write(WRITES)
        for count, budget in BUDGETS.items():
            missed += _report(site, count, budget, alone)
    return missed


def _report(site, count, budget, alone):
    before = site.memory()
    with site.readers(count) as finish:
        each = (site.memory() - before) / count
        writes, seqs = site.write(WRITES)
        found = finish()
    begun = site.commits()
    delays = [
        1000 * (min(t for s, t in seen.items() if s >= seq) - begun[seq])
        for seen in ({int(s): t for s, t in one["times"].items()} for one in found)
        for seq in seqs
    ]
    p99 = statistics.quantiles(delays, n=100)[98]
    slower = statistics.median(writes) / statistics.median(alone)
    held = (
        (budget is None or p99 <= budget)
        and slower <= MOST_SLOWER
        and (count < 100 or each <= MOST_BYTES)
    )
    print(
        f"  live, {count:>5,} readers: commit to bytes p50 {statistics.median(delays):6.1f} ms  "
        f"p99 {p99:6.1f} ms (budget {budget or '-'})   write {slower:.2f} × alone "
        f"({1000 * statistics.median(alone):.1f} ms)   {each / 1000:.0f} KB a stream   "
        f"{'held' if held else 'MISSED'}",
        flush=True,
    )
    return not held


class Site:
    def __init__(self, port, process, map, token, commits):
        self.port, self.process, self.map = port, process, map
        self.token, self._commits = token, commits

    def write(self, count):
        """Annotates; the seconds that each took, and the `seq`s."""
        times, first = [], self.seq()
        for number in range(count):
            body = json.dumps(
                {"target": {"node": 1 + number % 50}, "text": f"Note {number}."}
            ).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/v1/maps/{self.map.slug}/annotations/",
                body,
                {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            )
            begun = time.perf_counter()
            urllib.request.urlopen(request, timeout=60).read()
            times.append(time.perf_counter() - begun)
            time.sleep(0.4)
        return times, range(first + 1, self.seq() + 1)

    def seq(self):
        return Journal.objects.get(pk=self.map.journal_id).seq

    def commits(self):
        """When each `seq` of the map was committed."""
        with open(self._commits) as file:
            rows = [line.split() for line in file]
        return {int(seq): float(at) for j, seq, at in rows if int(j) == self.map.journal_id}

    def memory(self):
        return served.memory_of(self.process.pid)

    @contextmanager
    def readers(self, count):
        path = f"{self.map.get_absolute_url()}stream?edition=1&from={self.seq()}.1.0"
        until = str(self.seq() + WRITES)
        command = [sys.executable, "-m", "bench.readers", str(self.port), path, str(count), until]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as readers:
            assert readers.stdout.readline() == "ready\n", "the readers could not connect"
            time.sleep(1)

            def finish():
                time.sleep(2)
                readers.stdin.write("enough\n")
                readers.stdin.flush()
                return json.loads(readers.stdout.readline())

            yield finish
            readers.terminate()
