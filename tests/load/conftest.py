"""The site as it is served, in processes of its own, on a database of its own.

    def test_something(served):
        site = served()
        port = site.start()

Small enough for every run. With ARGMAP_LOAD=full the numbers are those that are promised:

    ARGMAP_LOAD=full pytest tests/load -s
    ARGMAP_LOAD=full python .ci/with_postgres.py --durable pytest tests/load -s
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FULL = os.environ.get("ARGMAP_LOAD") == "full"


@pytest.fixture
def size():
    """One number in CI, and the one that is promised: size(100, promised=500)."""

    def size(small, *, promised):
        return promised if FULL else small

    return size


@pytest.fixture
def say():
    """Prints a figure of a test and its database, where pytest shows what is printed."""
    kind = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    return lambda sentence: print(f"\n{kind}: {sentence}", flush=True)


@dataclass
class Site:
    """One database and the processes that serve it. `address` is that of its map."""

    environment: dict
    address: str = ""
    slug: str = ""
    token: str = ""
    session: str = ""
    processes: dict = field(default_factory=dict)  # by port

    def start(self, port=None):
        """One more process; its port, which may be that of one that has ended."""
        if port is None:
            with closing(socket.create_server(("127.0.0.1", 0))) as free:
                port = free.getsockname()[1]
        self.processes[port] = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return port
            except OSError:
                assert self.processes[port].poll() is None, "the server did not start"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)

    def stop(self, port):
        """As one stops it for a new release."""
        process = self.processes.pop(port)
        process.terminate()
        process.wait(15)

    def kill(self, port):
        """As a power cut would: without a word to it."""
        process = self.processes.pop(port)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def memory(self, port):
        """Bytes that the process takes."""
        words = Path(f"/proc/{self.processes[port].pid}/statm").read_text().split()
        return int(words[1]) * os.sysconf("SC_PAGE_SIZE")

    def open_files(self, port):
        return len(os.listdir(f"/proc/{self.processes[port].pid}/fd"))

    def run(self, *arguments):
        """The output of a command of manage.py, which must succeed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run_script(self, name, *arguments):
        """The last line that a script of this folder prints."""
        return run_script(self.environment, name, *arguments)

    def ask(self, port, method, path, body=None, headers=None):
        """The status of an answer that came whole, or None where none did."""
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def annotate(self, port, text, key=None, node=1):
        """Over REST; the status."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        body = json.dumps({"target": {"node": node}, "text": text})
        return self.ask(port, "POST", f"/api/v1/maps/{self.slug}/annotations/", body, headers)

    def annotate_by_form(self, port, text, key, node=1):
        """As a browser sends the form of the page; the status."""
        token = "a" * 32
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        fields = {"node": node, "text": text, "once": key}
        fields |= {"motivation": "commenting", "visibility": "map"}
        path = f"{self.address}annotations/new/"
        return self.ask(port, "POST", path, urlencode(fields), headers)


@pytest.fixture
def served(tmp_path):
    """Makes a Site with a map in it; its processes and its database go with the test."""
    sites = []

    def served(nodes=2):
        environment = {
            **os.environ,
            "DATABASE_URL": database(tmp_path),
            "ARGMAP_VAR": str(tmp_path),
            "ARGMAP_WRITES_A_MINUTE": "1000000",  # one account writes for many
        }
        made = json.loads(run_script(environment, "world.py", nodes))
        sites.append(Site(environment, **made))
        return sites[-1]

    yield served
    for site in sites:
        for port in list(site.processes):
            site.kill(port)
        forget(site.environment["DATABASE_URL"])


def run_script(environment, name, *arguments):
    done = subprocess.run(
        [sys.executable, HERE / name, *map(str, arguments)],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def database(folder):
    """The URL of an empty database of the kind that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return f"sqlite:///{folder / 'load.sqlite3'}"
    name = f"load_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def forget(url):
    if url.startswith("postgres"):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")
