"""Runs a command with DATABASE_URL naming a PostgreSQL cluster of its own, gone afterwards.

    python .ci/with_postgres.py [--durable] COMMAND...

The cluster forgets to sync, which tests do not need; --durable is for measuring.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def find_binaries():
    """The folder of PostgreSQL's newest initdb, or None."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: [int(part) for part in path.parts[4].split(".")],
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def cluster(binaries, durable=False):
    """A running cluster; gives its DATABASE_URL.

    It listens on a Unix socket in its own folder only, so it needs no port and no password.
    """
    with tempfile.TemporaryDirectory(prefix="argmap-") as folder:
        owner = _owner(folder)

        def run(program, *arguments):
            command = [binaries / program, *arguments]
            with open(f"{folder}/log", "a+") as log:
                if subprocess.run(command, cwd=folder, stdout=log, stderr=log, **owner).returncode:
                    log.seek(0)
                    sys.exit(f"{program} failed:\n{log.read()}")

        data = f"{folder}/data"
        # Not C, which knows upper and lower case in ASCII only.
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        settings = f"-k {folder} -c listen_addresses= -c max_connections=200"
        if not durable:
            settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"

        run("initdb", *f"-D {data} -U argmap -A trust -N -E UTF8 --locale={locale}".split())
        try:
            # pg_ctl gives it a session of its own: Ctrl-C reaches the tests, not their database.
            run("pg_ctl", "-D", data, "-w", "-o", settings, "start")
            run("createdb", "-h", folder, "-U", "argmap", "argmap")
            yield f"postgresql://argmap@{quote(folder, safe='')}/argmap"
        finally:
            if Path(data, "postmaster.pid").exists():
                run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _owner(folder):
    """How to run PostgreSQL in `folder`: not as root, which it refuses."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def call(command, **variables):
    """Run a command to its end, also when interrupted; gives its exit status."""
    with subprocess.Popen(command, env={**os.environ, **variables}) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal told the command too: let it tidy up.
            process.wait()
            raise
        except SystemExit:
            process.terminate()
            process.wait()
            raise


def tidy_when_told_to_stop():
    """SIGTERM and SIGHUP end this process as an exception does, through every `finally`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))


def main(arguments):
    durable = arguments[:1] == ["--durable"]
    command = arguments[durable:]
    if not command:
        sys.exit(__doc__.strip())
    binaries = find_binaries()
    if binaries is None:
        sys.exit("PostgreSQL is not installed. On Debian: apt install postgresql")
    tidy_when_told_to_stop()
    with cluster(binaries, durable) as url:
        return call(command, DATABASE_URL=url)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
