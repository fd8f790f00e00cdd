"""What others on this machine, and whoever reads its logs, do not get to see."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from argmap.accounts.logs import WithoutKeys
from argmap.settings import ROOT

HSTS = """
from django.conf import settings
print(settings.SECURE_HSTS_PRELOAD, settings.SECURE_HSTS_SECONDS)
"""


def run(code, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARGMAP_")}
    kept |= {"DJANGO_SETTINGS_MODULE": "argmap.settings", **environment}
    kept.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip()


def test_local_data_and_the_key_are_their_owners_alone_and_one_whoever_starts_first(tmp_path):
    var = tmp_path / "var"
    ask = "import os; os.umask(0)\nfrom django.conf import settings; print(settings.SECRET_KEY)"
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: run(ask, ARGMAP_VAR=str(var)), range(4)))
    [key] = keys
    assert len(key) > 60
    assert var.stat().st_mode & 0o777 == 0o700
    assert (var / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in var.iterdir() if path.is_file()] == ["secret-key"]


@pytest.mark.parametrize(
    ("chosen", "preload"), [({}, "False"), ({"ARGMAP_HSTS_PRELOAD": "1"}, "True")]
)
def test_to_be_preloaded_is_a_choice(tmp_path, chosen, preload):
    production = {
        "ARGMAP_PRODUCTION": "1",
        "ARGMAP_SECRET_KEY": "k" * 60,
        "ARGMAP_HOSTS": "argmap.example",
        "ARGMAP_VAR": str(tmp_path),
    }
    assert run(HSTS, **production, **chosen) == f"{preload} 31536000"


PATHS = ["/accounts/password/reset/key/1-d1x-secret/", "/accounts/confirm-email/MQ:secret/?next=/"]


@pytest.mark.parametrize("path", PATHS)
def test_the_key_of_a_letter_stands_in_no_log(path):
    access = logging.getLogger("uvicorn.access")
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    access.addHandler(handler)
    try:
        access.error('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", path, "1.1", 200)
    finally:
        access.removeHandler(handler)
    assert "secret" not in lines[0]
    assert path.split("/key/")[0].split("/MQ")[0] in lines[0]
    record = logging.LogRecord("django.request", 30, "", 1, "Not Found: %s", (path,), None)
    assert WithoutKeys().filter(record)
    assert "secret" not in record.getMessage()
    console = next(each for each in logging.getLogger().handlers if each.name == "console")
    assert any(isinstance(each, WithoutKeys) for each in console.filters)
