"""The site as it is served, in processes of its own, on a database of its own.

    def test_something(served):
        site = served()
        site.client().get(site.address)

Small enough for every run; ARGMAP_LOAD makes the numbers so many times larger.
"""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def times():
    """How many times larger than in CI."""
    return int(os.environ.get("ARGMAP_LOAD", "1"))


@dataclass
class Site:
    """One database and the processes that serve it. `address` is that of its map."""

    environment: dict
    address: str = ""
    slug: str = ""
    token: str = ""
    processes: dict = field(default_factory=dict)  # by port

    def start(self):
        """One more process; its port."""
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

    def kill(self, port):
        """As a power cut would: without a word to it."""
        process = self.processes.pop(port)
        process.kill()
        process.wait()

    def run(self, *arguments):
        """The output of a command of manage.py, which must succeed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def annotate(self, port, text):
        """Write an annotation on node 1 over REST; the status, or None where nobody answered."""
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps({"target": {"node": 1}, "text": text})
        try:
            connection.request("POST", f"/api/v1/maps/{self.slug}/annotations/", body, headers)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()


@pytest.fixture
def served(tmp_path):
    """Makes a Site with a map in it; its processes and its database go with the test."""
    sites = []

    def served():
        url = database(tmp_path)
        environment = {**os.environ, "DATABASE_URL": url, "ARGMAP_VAR": str(tmp_path)}
        made = subprocess.run(
            [sys.executable, HERE / "world.py"],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        sites.append(Site(environment, **json.loads(made.stdout.splitlines()[-1])))
        return sites[-1]

    yield served
    for site in sites:
        for port in list(site.processes):
            site.kill(port)
        forget(site.environment["DATABASE_URL"])


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
