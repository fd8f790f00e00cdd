"""Every test on SQLite, then on PostgreSQL, with the arguments given to pytest.

As root on Debian it installs the browser and PostgreSQL if they are missing. Elsewhere it goes
without and says so, except in CI (CI=true), where a missing part is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from ctypes.util import find_library

from with_postgres import call, cluster, find_binaries, tidy_when_told_to_stop

IN_CI = os.environ.get("CI") == "true"


def install_what_is_missing():
    packages = []
    if shutil.which("chromium") is None:
        packages.append("chromium")
    if find_library("atomic") is None:
        packages.append("libatomic1")  # for Playwright's driver
    if find_binaries() is None:
        packages.append("postgresql")
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing", *packages, flush=True)
        apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*apt, "update"], env=quiet)
        subprocess.run(
            [*apt, "install", "-y", "--no-install-recommends", *packages],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def run_pytest(database, arguments, **variables):
    print(f"\nTests on {database}", flush=True)
    with tempfile.TemporaryDirectory(prefix="argmap-") as folder:
        command = [sys.executable, "-m", "pytest", "-n", "auto", *arguments]
        return call(command, ARGMAP_VAR=folder, **variables)


def main(arguments):
    # Neither the developer's database nor their settings have a say in the tests.
    for name in list(os.environ):
        if name == "DATABASE_URL" or name.startswith("ARGMAP_"):
            del os.environ[name]
    tidy_when_told_to_stop()
    install_what_is_missing()

    failed = run_pytest("SQLite", arguments) != 0
    binaries = find_binaries()
    if binaries is None:
        print("\nPostgreSQL is not installed: no test ran on it. On Debian: apt install postgresql")
        failed |= IN_CI
    else:
        with cluster(binaries) as url:
            arguments = ["-m", "not one_database", *arguments]
            failed |= run_pytest("PostgreSQL", arguments, DATABASE_URL=url) != 0
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
