"""While a large map comes in, others go on writing."""

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

SECONDS = 10  # that anybody waits at most; `settings.WRITE_WAIT_SECONDS` after which it is refused


def test_others_write_while_ten_thousand_statements_come_in(served, size, say):
    """On SQLite they wait for as long as the rows are stored, which is one transaction; what is
    checked, cleaned and anchored before holds nobody up. On PostgreSQL they do not wait."""
    statements = size(2_000, promised=10_000)
    site = served()
    port = site.start()
    over, waits, statuses = threading.Event(), [], []

    def write():
        number = 0
        while not over.is_set():
            begun = time.monotonic()
            statuses.append(site.annotate(port, "Is it so?", f"beside-{number}"))
            waits.append(time.monotonic() - begun)
            number += 1

    site.annotate(port, "The first one.")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            taken = json.loads(site.run_script("bring_in.py", statements))
        finally:
            over.set()
        writing.result()
    say(
        f"{statements:,} statements imported in {taken['seconds']:.2f} s, {taken['held']:.2f} s of "
        f"them under the lock; beside it {len(waits)} annotations, in "
        f"{1000 * statistics.median(waits):.0f} ms, the slowest in {1000 * max(waits):,.0f} ms"
    )
    assert set(statuses) == {201}
    assert max(waits) < SECONDS
    assert "All is well" in site.run("check_data")
