"""A real server and a real browser.

    def test_a_reader_opens_a_map(new_page, alice):
        page = new_page(user=alice)
        page.goto("/maps/")

A test fails at its end if its pages met a JavaScript error, an answer of 500 or more, a missing
file, a violation of the Content-Security-Policy or a request beyond the server. One that means to
meet some looks at the fixture `problems`, and empties it.
"""

import asyncio
import logging
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
#: What a person does needs one database; the main job, and being told by it of a commit, both.
ON_BOTH_DATABASES = {"test_main_job", "test_live"}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`${event.violatedDirective} forbids ${event.blockedURI} (${event.sourceFile})`));
"""


def pytest_collection_modifyitems(items):
    """Mark this folder's tests, and put them last: from the first one on, Playwright keeps an
    event loop in the thread of the tests, where no other may run."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker("browser")
        item.add_marker(pytest.mark.django_db(transaction=True))
        if item.path.stem not in ON_BOTH_DATABASES:
            item.add_marker("one_database")
    items.sort(key=set(ours).__contains__)


@pytest.fixture(autouse=True, scope="session")
def django_beside_playwright():
    """Playwright keeps an event loop in the tests' thread: hide it from Django there, which would
    refuse every query, and make connections anew.

    DJANGO_ALLOW_ASYNC_UNSAFE would not do: it holds for the server's thread too, and would hide a
    blocking query in the live streams.
    """
    tests = threading.current_thread()

    def get_running_loop():
        if threading.current_thread() is tests:
            raise RuntimeError("no running event loop")
        return asyncio.get_running_loop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.asyncio.get_running_loop", get_running_loop)
        patch.setattr("asgiref.local.asyncio", SimpleNamespace(get_running_loop=get_running_loop))
        yield


@pytest.fixture(scope="session")
def server(serving):
    """The address of the server, without a slash at its end."""
    return serving.url


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def problems():
    """What the test's pages met that no page should."""
    return []


@pytest.fixture
def new_page(browser, serving, transactional_db, problems):
    """Opens pages, each in a browser session of its own, signed in as `user` if given."""
    pages = []
    with ExitStack() as stack:
        stack.enter_context(server_errors(problems))
        stack.callback(wait_until_idle, serving)

        def open_page(
            *, user=None, javascript=True, width=1280, height=800, color_scheme="light", **options
        ):
            context = browser.new_context(
                base_url=serving.url,
                java_script_enabled=javascript,
                viewport={"width": width, "height": height},
                color_scheme=color_scheme,
                **({"reduced_motion": "reduce"} | options),
            )
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            context.add_init_script(REPORT_VIOLATIONS)
            watch(context, serving.url, problems)
            if user is not None:
                context.add_cookies([session_cookie(user, serving.url)])
            pages.append(context.new_page())
            return pages[-1]

        yield open_page
        for page in pages:
            if not page.is_closed():
                page.title()  # What the page reported before this answer has arrived by now.
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@contextmanager
def server_errors(problems):
    """A stream that breaks is opened again by its page, which shows nothing of it."""
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: problems.append(f"server: {handler.format(record)}")
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


def session_cookie(user, url):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url, "httpOnly": True}


def watch(context, url, problems):
    def on_console(message):
        # on_response judges the status of an answer; many a 4xx is right.
        if message.type == "error" and "responded with a status of" not in message.text:
            problems.append(f"console: {message.text}")

    def on_request(request):
        if request.url.startswith("http") and not request.url.startswith(url + "/"):
            problems.append(f"request beyond the server: {request.url}")

    def on_response(response):
        is_file = response.request.resource_type in ("script", "stylesheet", "image", "font")
        if response.status >= (400 if is_file else 500):
            problems.append(f"{response.status} {response.request.method} {response.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"error: {error.error}"))
    context.on("request", on_request)
    context.on("response", on_response)


def wait_until_idle(serving):
    """No request may be under way when the tables are emptied, and every stream must end with
    the page that read it."""
    deadline = time.monotonic() + 5
    while serving.server_state.connections or serving.server_state.tasks:
        if time.monotonic() > deadline:
            pytest.fail("the server is still answering a request whose page is closed")
        time.sleep(0.01)
