"""Browsers without JavaScript and with htmx, a map with a row of everything, and its addresses."""

import threading
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from argmap.articles import actions as articles
from argmap.articles.actions import Selection
from argmap.articles.models import Passage
from argmap.debate import actions as debate
from argmap.journal.models import Event
from argmap.maps import actions as maps
from argmap.moderation import actions as moderation
from argmap.web import urls
from argmap.web.http import threads
from argmap.web.http.bounds import THREADS_OF_STREAMS
from argmap.web.workspace import broadcast

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: Where things rest in edition 1 of `full`: shown, hidden, private to Simon, private to Victor.
WORDS = [(4, 24), (30, 50), (52, 58), (60, 66)]


@pytest.fixture(autouse=True)
def within_a_transaction(request, monkeypatch):
    """Most tests are one transaction, which no other thread sees, and whose connection must stay
    open; and nobody is woken by a commit, so the stream looks again at once."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        monkeypatch.setattr(broadcast, "close_old_connections", lambda: None)
        monkeypatch.setattr(broadcast, "in_a_thread", in_the_thread_of_the_test)
        monkeypatch.setattr(broadcast, "ASK_SECONDS", 0.01)


@pytest.fixture(autouse=True)
def streams_at_rest(request):
    """What a stream asked in its thread outlives it, and would be in the way of emptying tables."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")  # set up before, so torn down after
    yield
    all_of_them = threading.Barrier(THREADS_OF_STREAMS)
    for waiting in [
        threads._streams.submit(all_of_them.wait, 20) for _ in range(THREADS_OF_STREAMS)
    ]:
        waiting.result()


async def in_the_thread_of_the_test(function, *args):
    return await sync_to_async(function)(*args)


@pytest.fixture
def browse(db):
    """A browser of someone, or of a visitor: browse(alice).get("/"); as htmx asks: htmx=True."""

    def browse(user=None, *, htmx=False, **options):
        client = Client(headers=HTMX if htmx else None, **options)
        if user is not None:
            client.force_login(user)
        return client

    return browse


@pytest.fixture
def asks_to_sign_in():
    """Whether an answer sends a visitor to the sign-in page, with what they sent or without."""

    def asks(answer):
        to = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
        asked = ("/accounts/login/?next=", "/accounts/interrupted/?to=")
        return answer.status_code in {204, 302, 307} and to.startswith(asked)

    return asks


@pytest.fixture
def events():
    """How many Events there are: a request that was refused leaves them as they are."""
    return Event.objects.count


@pytest.fixture
def fill(alice, bob, edith, simon, victor, new_node):
    """Puts a row of each kind into a map; no other words hold those of `words`."""

    def fill(map):
        words = {
            "node": ["zqnodetext", "zqnodedetail", "zqcitation", "zqquote"],
            "annotation": ["zqnotetext", "zqnotetag"],
            "dispute": ["zqstatement", "zqanswer", "zqdecision", "zqchanged"],
            "link": ["zqscheme"],
        }
        edition = map.article.editions.first()
        passage = Selection(edition, 4, 24)
        thesis = new_node(map, "thesis", "The bridge should be rebuilt.", by=alice)
        node = new_node(
            map,
            "claim",
            "The town needs zqnodetext.",
            on=thesis,
            detail="At length: zqnodedetail.",
            selection=passage,
            citations=[{"title": "zqcitation", "quote": "zqquote", "url": "https://example.org/"}],
        )
        link = maps.edit_link(bob, node.links_out.get(), version=1, scheme="zqscheme")
        doubt = new_node(map, "counterpoint", "The step is a leap.", on=link, relation="undercuts")
        loose = new_node(map, "claim", "Nobody has linked this yet.")
        annotation = debate.annotate(
            simon, map, target=node, text="Since when? zqnotetext", tags=["zqnotetag"]
        )
        dispute = debate.open_dispute(
            simon, map, target=node, ground="unsupported", statement="zqstatement", evidence=[doubt]
        )
        debate.answer_dispute(bob, dispute, answer="zqanswer")
        dispute = debate.decide_dispute(
            edith, dispute, upheld=True, decision="zqdecision", what_changed="zqchanged"
        )
        return SimpleNamespace(
            map=map,
            words=words,
            edition=edition,
            thesis=thesis,
            node=node,
            link=link,
            doubt=doubt,
            doubting=doubt.links_out.get(),
            loose=loose,
            annotation=annotation,
            reply=debate.reply(bob, annotation, text="Since the flood."),
            passage_annotation=debate.annotate(simon, map, target=passage, text="On these words."),
            link_annotation=debate.annotate(simon, map, target=link, text="On this step."),
            private=debate.annotate(bob, map, target=node, text="zqprivate", visibility="private"),
            dispute=dispute,
            open_dispute=debate.open_dispute(
                simon, map, target=node, ground="outdated", statement="It was so once."
            ),
            link_dispute=debate.open_dispute(
                simon, map, target=link, ground="does not follow", statement="Need is no reason."
            ),
            stance=debate.take_stance(bob, map, target=node, credence=80),
            link_stance=debate.take_stance(bob, map, target=link, impact=3),
            suggestion=debate.suggest(simon, map, target=loose, text="Somebody has."),
            beside=_beside(alice, map),
        )

    return fill


def _beside(alice, map):
    """Alice's own: another map of the article, and another article (with two editions) that has a
    map. All their words hold zqbeside."""
    words = Selection(map.article.editions.first(), 80, 95)
    second = maps.begin_map(alice, title="zqbeside map", article=map.article)
    thesis = maps.add_node(alice, second, kind="thesis", text="zqbeside thesis", selection=words)
    node = maps.add_node(
        alice, second, kind="claim", text="zqbeside claim", target=thesis, relation="supports"
    )
    other = maps.bring_in(alice, article={"title": "zqbeside article"}, text="zqbeside words")
    articles.add_edition(alice, other.article, text="zqbeside words, corrected")
    return SimpleNamespace(
        map=second,
        node=node,
        link=node.links_out.get(),
        annotation=debate.annotate(alice, second, target=words, text="zqbeside annotation"),
        dispute=debate.open_dispute(
            alice, second, target=node, ground="outdated", statement="zqbeside dispute"
        ),
        article=other.article,
        edition=other.article.editions.last(),
    )


@pytest.fixture
def full(world, alice, bob, edith, simon, victor, mona, new_node):
    """The world with what moderators hid of each kind, a second edition, and what is private.

    No other words hold zqhidden and zqprivate; the hidden things stand under `hidden`.
    """
    map, words = world.map, Selection(world.edition, 30, 50)
    statement = new_node(map, "evidence", "zqhidden statement", on=world.node, selection=words)
    doubted = new_node(map, "counterpoint", "Not so.", on=world.node, relation="opposes")
    link = maps.edit_link(bob, doubted.links_out.get(), version=1, scheme="zqhidden scheme")
    opened = debate.open_dispute(
        simon, map, target=doubted, ground="unsupported", statement="zqhidden dispute"
    )
    debate.suggest(simon, map, target=statement, text="zqhidden suggestion")
    world.hidden = {
        "node": statement,
        "link": link,
        "annotation": debate.annotate(simon, map, target=world.node, text="zqhidden annotation"),
        "passage": debate.annotate(bob, map, target=words, text="zqhidden on words"),
        "dispute": opened,
    }
    for each in world.hidden.values():
        moderation.hide(mona, each, reason="Spam.")
    for author, start in ((simon, 52), (victor, 60)):
        debate.annotate(
            author,
            map,
            target=Selection(world.edition, start, start + 6),
            text=f"zqprivate of {author}",
            visibility="private",
        )
    corrected = "A correction.\n\n" + world.edition.text.replace("March", "April")
    articles.add_edition(alice, map.article, text=corrected)
    debate.take_stance(victor, map, target=doubted, credence=20)
    return world


@pytest.fixture
def world(map, fill):
    """The map, which is private unless the test asks otherwise, with a row of everything."""
    return fill(map)


@pytest.fixture
def addresses():
    """Every address of argmap/web/ that leads into a map, by its pattern's name."""

    def addresses(world):
        for pattern in _patterns():
            for arguments in _arguments(pattern, world):
                yield pattern.name, reverse(pattern.name, kwargs=arguments)

    return addresses


def _patterns():
    return [pattern for room in urls.urlpatterns for pattern in room.url_patterns]


def _arguments(pattern, world):
    names = set(pattern.pattern.converters)
    if not names & {"name", "slug"}:
        return
    if "name" in names:
        for name in ("node", "link", "annotation", "dispute", "suggestion", "map"):
            if hasattr(world, name):
                yield {"name": name, "pk": getattr(world, name).pk}
        yield {"name": "article", "pk": world.map.article_id}
        return
    arguments = {"slug": world.map.slug}
    if "start" in names:
        for start, end in WORDS:
            yield arguments | {"edition": 1, "start": start, "end": end}
        return
    if "what" in names:
        for what in ("thesis", "support", "claim", "evidence", "counterpoint", "undercut"):
            yield arguments | {"what": what}
        return
    if "editions/" in str(pattern.pattern):
        yield from _of_editions(pattern, names, arguments, world)
        return
    if "number" in names:
        arguments["number"] = world.node.number
    if "after" in names:
        arguments["after"] = 0
    if "pk" not in names:
        yield arguments
        return
    kind = next(
        kind for kind in ("link", "annotation", "dispute") if f"/{kind}s/" in str(pattern.pattern)
    )
    for name, row in vars(world).items():
        if getattr(row, "_meta", None) and row._meta.model_name == kind and name != "private":
            yield arguments | {"pk": row.pk}


def _of_editions(pattern, names, arguments, world):
    if "number" in names:
        arguments["number"] = world.map.article.editions.count()
    if "changes/" in str(pattern.pattern) and arguments["number"] == 1:
        return
    if "pk" not in names:
        yield arguments
        return
    passages = Passage.objects.filter(edition__article=world.map.article_id)
    for pk in passages.values_list("pk", flat=True):
        yield arguments | {"pk": pk}


@dataclass
class Page(HTMLParser):
    """What the tests ask of a page: its elements, its addresses, its ids."""

    html: str
    elements: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def values(self, *names):
        return [each[name] for _, each in self.elements for name in names if each.get(name)]

    @property
    def addresses(self):
        return self.values("href", "hx-get")


@pytest.fixture
def parsed():
    """A response's HTML, parsed."""
    return lambda response: Page(response.content.decode())


@pytest.fixture
def crawl(parsed):
    """Every page that a browser reaches from the first one, as (address, response)."""

    def crawl(client, *starts):
        waiting, seen = ["/", *starts], set()
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            assert len(seen) < 600, "the site has no end"
            response = client.get(address)
            yield address, response
            if response.headers.get("Location"):
                waiting.append(urljoin(address, response.headers["Location"]))
            elif response.headers.get("Content-Type", "").startswith("text/html"):
                waiting += [
                    found
                    for found in (_within(address, each) for each in parsed(response).addresses)
                    if found
                ]

    return crawl


def _within(address, found):
    """The address on this site without its fragment; nothing for others and for files."""
    found = urldefrag(urljoin(f"http://testserver{address}", found)).url
    parts = urlsplit(found)
    skipped = ("/static/", "/admin/", "/accounts/")
    if parts.netloc != "testserver" or parts.path.startswith(skipped):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
