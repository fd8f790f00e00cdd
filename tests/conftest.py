"""What every test stands on."""

import os
import shutil
import socket
import threading
import time
from contextlib import contextmanager

import hypothesis
import pytest
import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import transaction

from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.journal.versions import forget_all
from argmap.maps import actions
from argmap.web.http import server

pytest_plugins = ["tests.cases"]

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
    # Files of pages from where they are: nothing is collected, and no test client begins by
    # reading the folders.
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": files}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def forget():
    """All that the process keeps of what is in the database."""
    for cache in caches.all(initialized_only=True):
        if cache is not caches["default"]:
            cache.clear()
    forget_all()


@pytest.fixture(autouse=True)
def empty_caches(request):
    """A test's rows are rolled back and their ids given out again; cached pages name ids. Gives
    a function that empties the caches once more.

    The cache of attempts is a table without a model, which no flush after a test empties.
    """
    forget()
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        caches["default"].clear()
    return forget


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


@pytest.fixture(scope="session")
def serving(django_db_setup):
    """The site as it is served, in a thread, on the test database; its `url`."""
    from argmap.asgi import application

    uvicorn_server = uvicorn.Server(uvicorn.Config(application, log_config=None, **server.OPTIONS))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=uvicorn_server.run, args=([listener],), daemon=True)
        thread.start()
        while not uvicorn_server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        uvicorn_server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield uvicorn_server
        uvicorn_server.should_exit = True
        thread.join(10)


@pytest.fixture
def undone(db):
    """`with undone():` takes back what is done inside; actions may be called there.

    An action is outermost and refuses to run inside atomic(). Django marks the transaction that
    it wraps around a test, so that `atomic(durable=True)` does not mind it, nor does an action.
    """

    @contextmanager
    def undone():
        around = transaction.atomic()
        around._from_testcase = True
        with around:
            yield
            transaction.set_rollback(True)

    return undone


# The people who live in every test: Alice owns the map, Bob writes in it, Charlie is an outsider,
# Mona moderates.
# Edith edits it, Simon may suggest, Victor only reads.

TEXT = """\
The bridge was closed in March. Engineers had found cracks in two of its piers.

Traffic now goes through the old town, and the shops there complain of noise.

The council says that a new bridge will be open in four years. 橋は美しい 🌉.
"""


def person(username, **fields):
    return get_user_model().objects.create_user(
        username, f"{username}@example.org", "secret", name=username.title(), **fields
    )


@pytest.fixture
def alice(db):
    return person("alice")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def charlie(db):
    return person("charlie")


@pytest.fixture
def edith(db):
    return person("edith")


@pytest.fixture
def simon(db):
    return person("simon")


@pytest.fixture
def victor(db):
    return person("victor")


@pytest.fixture
def mona(db):
    return person("mona", is_moderator=True, is_staff=True)


@pytest.fixture
def new_map(alice, bob, edith, simon, victor):
    """Makes a map of an article with three paragraphs, and everyone's role in it."""

    def new_map(visibility="private", title="The bridge", text=TEXT, **settings):
        map = actions.bring_in(alice, article={"title": title, "visibility": visibility}, text=text)
        for user, role in (
            (bob, Role.WRITER),
            (edith, Role.EDITOR),
            (simon, Role.SUGGESTER),
            (victor, Role.VIEWER),
        ):
            actions.set_role(alice, map, user, role)
        if settings:
            actions.edit_map(alice, map, **settings)
        return type(map).objects.select_related("article").get(pk=map.pk)

    return new_map


@pytest.fixture
def map(new_map, request):
    """Private, or as a test asks: @pytest.mark.parametrize("map", ["public"], indirect=True)."""
    return new_map(getattr(request, "param", "private"))


@pytest.fixture
def article(map):
    return map.article


@pytest.fixture
def edition(article):
    return article.editions.get()


@pytest.fixture
def new_node(bob):
    """Writes a node: new_node(map, "claim", on=thesis, relation="supports", by=alice)."""

    def new_node(map, kind="claim", text="", *, on=None, relation=None, by=bob, **more):
        if on is not None:
            more |= {"target": on, "relation": relation or "supports"}
        return actions.add_node(by, map, kind=kind, text=text or f"A {kind}.", **more)

    return new_node


@pytest.fixture
def thesis(map, new_node, alice):
    """Node 1, by Alice."""
    return new_node(map, "thesis", "The bridge should be rebuilt.", by=alice)


@pytest.fixture
def claim(map, new_node, thesis):
    """Node 2, by Bob; it supports the thesis."""
    return new_node(map, "claim", "The town needs the bridge.", on=thesis)


@pytest.fixture
def link(claim):
    """From the claim to the thesis, by Bob."""
    return claim.links_out.get()


@pytest.fixture
def dispute(map, claim, simon):
    """Simon's, of the claim."""
    return debate.open_dispute(
        simon, map, target=claim, ground="unsupported", statement="Nobody has counted."
    )


@pytest.fixture
def annotation(map, claim, simon):
    """Simon's on the claim, for all."""
    return debate.annotate(simon, map, target=claim, text="Since when?")


@pytest.fixture
def suggestion(map, claim, simon):
    """Simon's new words for the claim."""
    return debate.suggest(simon, map, target=claim, text="The whole town needs the bridge.")
