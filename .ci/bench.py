"""The measured figures, on SQLite and then on PostgreSQL; fails where a budget is missed."""

import os
import sys
import tempfile

from with_postgres import call, cluster, find_binaries, tidy_when_told_to_stop


def bench(**variables):
    with tempfile.TemporaryDirectory(prefix="argmap-") as folder:
        return call([sys.executable, "-m", "bench"], ARGMAP_VAR=folder, **variables)


def main():
    tidy_when_told_to_stop()
    os.environ.pop("DATABASE_URL", None)
    missed = bench() != 0
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL is not installed: nothing was measured on it.")
        return missed
    with cluster(binaries, durable=True) as url:
        return bench(DATABASE_URL=url) != 0 or missed


if __name__ == "__main__":
    sys.exit(main())
