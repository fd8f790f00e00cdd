"""Many write on one map at once: how many annotations a second, and how long one person waits.

First by the action, in threads of one process; then over REST, through the server as served, each
writer from an address of their own. The statements are those of one annotation, its BEGIN and
COMMIT among them.
"""

import http.client
import json
import statistics
import threading
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.accounts.actions import issue_token
from argmap.accounts.models import User
from argmap.debate.actions import annotate
from argmap.maps.models import get_map

from . import maps, served

WRITERS = (1, 20, 50)
ANNOTATIONS = 600  # of all writers of a row together
#: Of 20 writers by the action: annotations a second at least, milliseconds of p99 at most.
LEAST_A_SECOND, MOST_P99 = 200, 300


def report():
    """Print the rows; how many miss their budget."""
    owner = User.objects.create_user("writing")
    people = [User.objects.create_user(f"writing{number}") for number in range(max(WRITERS))]
    map = maps.make_map(1000, owner, {f"person{i}": owner for i in range(6)})
    nodes = list(map.nodes.all()[:50])
    map = get_map(people[0], map.slug)
    annotate(people[0], map, target=nodes[0], text="What is looked up once is looked up here.")
    with CaptureQueriesContext(connection) as statements:
        annotate(people[0], map, target=nodes[0], text="One.")

    def by_action(number):
        def write(turn):
            annotate(people[number], map, target=nodes[turn % 50], text=f"Note {turn}.")

        return write, connection.close

    missed = 0
    for count in WRITERS:
        missed += _row(f"by the action, {len(statements)} statements", count, by_action)
    tokens = [issue_token(person, name="bench")[1] for person in people]
    with served.server() as (port, _process, _commits):
        over_rest = _over_rest(port, map, tokens)
        _run(2, over_rest)
        for count in WRITERS:
            _row("over REST", count, over_rest)
    return missed


def _over_rest(port, map, tokens):
    def writer(number):
        source = (f"127.0.1.{number + 1}", 0)
        site = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
        headers = {
            "Authorization": f"Bearer {tokens[number]}",
            "Content-Type": "application/json",
        }

        def write(turn):
            body = json.dumps({"target": {"node": 1 + turn % 50}, "text": f"Note {turn}."})
            site.request("POST", f"/api/v1/maps/{map.slug}/annotations/", body, headers)
            answer = site.getresponse()
            said = answer.read()
            if answer.status != 201:
                raise RuntimeError(f"{answer.status}: {said[:300]}")

        return write, site.close

    return writer


def _row(name, count, writer):
    """Print one row; whether it misses the budget, which is that of 20 writers by the action."""
    took, times, cpu = _run(count, writer)
    rate, p99 = len(times) / took, 1000 * statistics.quantiles(times, n=100)[98]
    measured = count == 20 and name.startswith("by the action")
    held = rate >= LEAST_A_SECOND and p99 <= MOST_P99
    verdict = f"budget {LEAST_A_SECOND}, {MOST_P99} ms {'held' if held else 'MISSED'}"
    print(
        f"  writing {name}, {count:>2} writers: {rate:5.0f} a second   "
        f"p50 {1000 * statistics.median(times):6.1f} ms  p99 {p99:7.1f} ms   "
        f"{1000 * cpu / len(times):.2f} ms of CPU here each   {verdict if measured else ''}",
        flush=True,
    )
    return measured and not held


def _run(count, writer):
    """The seconds that all took, those of each annotation, and those of CPU in this process."""
    times, failures = [], []
    begin = threading.Barrier(count + 1)

    def work(number):
        write, close = writer(number)
        begin.wait()
        try:
            for turn in range(ANNOTATIONS // count):
                begun = time.perf_counter()
                write(number + turn * count)
                times.append(time.perf_counter() - begun)
        except Exception as failure:
            failures.append(failure)
        finally:
            close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    begin.wait()
    begun, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begun, times, time.process_time() - cpu
