"""What every test stands on."""

import os
import shutil
import socket

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches

# A machine that is busy with the other half of the suite is not a slow function.
hypothesis.settings.register_profile("argmap", deadline=None)
hypothesis.settings.load_profile("argmap")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
NO_CHROMIUM = (
    "Chromium is not installed: tests/browser did not run. On Debian: apt install chromium"
)
# In CI the tests are collected all the same, and fail.
collect_ignore = [] if CHROMIUM or os.environ.get("CI") == "true" else ["browser"]


def pytest_terminal_summary(terminalreporter):
    if collect_ignore:
        terminalreporter.write_line(NO_CHROMIUM)


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Give tests with real transactions what the migrations wrote: their end empties all tables."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            kept = marker.kwargs | {"serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**kept), append=False)


@pytest.fixture(autouse=True)
def empty_caches():
    """A test's rows are rolled back and their ids given out again; cached pages name ids."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """A test that reaches beyond this machine fails here as it would without a network."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test must not reach {address[0]}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(scope="session")
def chromium():
    """Where the browser is."""
    if CHROMIUM is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    return CHROMIUM


# The people who live in every test: Alice owns the map, Bob writes in it, Charlie is an outsider,
# Mona moderates.
