"""What happens on a map, worked out once and sent to all who follow it in this process.

The readers of a map stand at a place: a class of reader, and a `seq` of its map and its article.
When something happens, it is worked out in a thread, as of one moment, what leads from each place
to now, and all who stand there get the same bytes. Most stand at the newest place. Whoever does
not (they come back after a break, or their page took a while) is caught up beside, one place after
the other, so that nobody waits for them.
"""

import asyncio
import logging
import re
import time
from collections import Counter, defaultdict, deque
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import NamedTuple

from django.db import close_old_connections
from django.db.models import Q
from django.template.loader import render_to_string

from argmap.activity.wakeups import following
from argmap.journal.errors import Gone
from argmap.journal.models import Change, Journal
from argmap.journal.reading import one_moment
from argmap.maps.models import get_map_for_many

from ..http.threads import in_a_thread
from . import live
from .asking import Kind, kind_of, powers_of, sight_changed, standings
from .panes import Shown
from .text import edition_of

ASK_SECONDS = 15  # after which everyone is asked again, and missed wake-ups are noticed
HEARTBEAT_SECONDS = 15  # which tells proxies that we are alive
RETRY_SECONDS = 1
SLICE = 25  # readers who are handed something before others have a turn

MOST_BEHIND = 500  # Events; whoever has missed more is told to reload
MOST_CHANGES = 2_000  # or so many changed rows, as after an import
MOST_WAITING = 256_000  # bytes for a reader who is slow to take them; then the same

STILL_HERE = b": still here\n\n"
GONE = b"event: gone\ndata: gone\n\n"

logger = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where readers stand who get the same bytes."""

    kind: Kind
    map: int
    article: int


class Look(NamedTuple):
    """What was found as of one moment."""

    map: int  # the `seq` of its journal
    article: int
    site: int
    journals: dict  # those three, by their ids
    bodies: dict  # by Place, where anything happened since
    standings: dict | None  # of the readers, where they were asked


class Reader:
    """A page that follows a map, and what waits to be sent to it."""

    def __init__(self, user, session, address, map, edition, position):
        self.person = user.pk
        self.journal = user.journal_id if user.is_authenticated else None
        self.session, self.address = session, address
        self.kind, self.powers = kind_of(user, map, edition), powers_of(user, map)
        self.position = position
        self.asked = map.site_seq  # up to here they may read, as the site's journal says
        self.rank = 0  # how many of the same address are before them
        self.in_hand = False  # somebody works out what to give it
        self._waiting, self._size, self._some = deque(), 0, asyncio.Event()

    @property
    def place(self):
        return Place(self.kind, self.position.map, self.position.article)

    def give(self, body, position):
        """Messages of which the last has no end yet; the position becomes its id.

        The browser sends it after a break, so it comes with the last of what leads to it.
        """
        if self._waiting and self._size + len(body) > MOST_WAITING:
            self._waiting.clear()
            self._size = 0
            body = reload_page()
        self.position = position
        self._add(body, f"id: {position}\n\n".encode())

    def end(self):
        """They may read no more, or never could."""
        self._add(GONE, None)

    def _add(self, *parts):
        self._waiting.extend(parts)
        self._size += sum(len(part) for part in parts if part)
        self._some.set()

    async def messages(self):
        """What is given to the reader, and a heartbeat where that is nothing."""
        if not self._waiting:
            yield f"id: {self.position}\n\n".encode()
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._some.wait()
            except TimeoutError:
                yield STILL_HERE
                continue
            parts = list(self._waiting)
            self._waiting.clear()
            self._some.clear()
            self._size = 0
            yield b"".join(part for part in parts if part)
            if None in parts:
                return


# ── What is worked out, in a thread


def look(slug, readers, ask=False):
    """What happened on a map since the places where its readers stand; None where it is gone.

    They are asked for again where `ask`, or where an Event may have changed who sees what; what
    they get is then for what they are now.
    """
    try:
        with one_moment():
            return _look(get_map_for_many(slug), readers, ask)
    except Gone:
        return None
    finally:
        close_old_connections()


def _look(map, readers, ask):
    asked = min((reader.asked for reader in readers), default=map.site_seq)
    found = None
    if ask or sight_changed(asked, map.site_seq):
        found = standings(map, readers)
    bodies = {}
    for place in {place_of(reader, found) for reader in readers} - {None}:
        if place.map < map.seq or place.article < map.article_seq:
            bodies[place] = _told(map, place)
    return Look(map.seq, map.article_seq, map.site_seq, _journals(map), bodies, found)


def _journals(map):
    journals = Journal.objects.filter(
        Q(pk=map.journal_id) | Q(article=map.article_id) | Q(kind=Journal.Kind.SITE)
    )
    return dict(journals.values_list("pk", "seq"))


def place_of(reader, standings):
    """Where the reader stands, as they were found now; None where they may not read any more."""
    if standings is None:
        return reader.place
    standing = standings.get(reader)
    return standing and reader.place._replace(kind=standing.kind)


def _told(map, place):
    try:
        return body_of(map, place)
    except Exception:  # one odd place must not stop the others
        logger.exception("What happened on %s since %s could not be told", map.slug, place)
        return reload_page()


def body_of(map, place):
    """What leads from the place to the map as it is, for `Reader.give`.

    The named messages come first: whoever has the id, which comes last, has all of them.
    """
    if _is_too_much(map, place.map):
        return reload_page()
    edition = edition_of(map, place.kind.edition).edition if place.kind.sees_article else None
    names, html = [], ""
    if map.seq > place.map:
        names, html = live.news(Shown(map, edition, place.kind.sees_hidden), place.map)
    if map.article_seq > place.article:
        html += render_to_string("workspace/_new_edition.html", {"map": map})
    return b"".join(_named(name) + b"\n" for name in names) + _unnamed(html)


def _is_too_much(map, since):
    """Whether one had better load the page anew: after an import, or a long absence."""
    changes = Change.objects.filter(
        event__journal_id=map.journal_id, event__seq__gt=since, event__seq__lte=map.seq
    ).order_by()
    return map.seq - since > MOST_BEHIND or changes[MOST_CHANGES:].exists()


def reload_page():
    """For whoever has missed too much."""
    return _unnamed(render_to_string("workspace/_much_has_happened.html"))


def account_moved():
    """For whom something of their own is new, which their page fetches."""
    return _named("account")


def _named(name):
    """A DOM event on the page, for what each reader fetches by themself."""
    return f"event: {name}\ndata: {name}\n".encode()


def _unnamed(html):
    """Which htmx swaps."""
    lines = re.split(r"\r\n|\r|\n", html.strip()) if html else ()
    return "".join(f"data: {line}\n" for line in lines).encode()


# ── Who gets it, in an event loop


class Broadcaster:
    """Of one map, for as long as anybody follows it."""

    def __init__(self, slug, catching_up):
        self.slug = slug
        self.readers = set()
        self.journals = {}  # ids and `seq`s of those that matter here, as they were looked at
        self.map = self.article = 0  # the newest place, where most readers stand
        self._addresses = Counter()
        self._woken = asyncio.Event()
        self._one_catches_up = catching_up
        self._ask_at = time.monotonic() + ASK_SECONDS
        self._some_are_behind = asyncio.Event()
        self._tasks = [
            asyncio.ensure_future(self._follow()),
            asyncio.ensure_future(self._catch_up()),
        ]

    def join(self, reader):
        reader.rank = self._addresses[reader.address]
        self._addresses[reader.address] += 1
        self.readers.add(reader)
        self.wake()

    def leave(self, reader):
        self._addresses[reader.address] -= 1
        self.readers.discard(reader)

    def stop(self):
        for task in self._tasks:
            task.cancel()

    def wake(self):
        self._woken.set()

    def hear(self, journal_id, seq):
        """Of a commit; those that were looked at already wake nobody."""
        if journal_id in self.journals and seq > self.journals[journal_id]:
            self.wake()

    def ask_soon(self):
        self._ask_at = 0
        self.wake()

    async def _follow(self):
        """Whenever something happened: all who stand at the newest place, or beyond."""
        while True:
            self._woken.clear()
            asks = time.monotonic() >= self._ask_at
            readers = [reader for reader in self._free() if not self._is_behind(reader)]
            if await self._tell(readers, asks) and asks:
                self._ask_at = time.monotonic() + ASK_SECONDS
            if any(map(self._is_behind, self._free())):
                self._some_are_behind.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0, self._ask_at - time.monotonic())):
                    await self._woken.wait()

    async def _catch_up(self):
        """Whoever is behind is caught up, one place after the other, beginning with the fullest."""
        while True:
            await self._some_are_behind.wait()
            places = defaultdict(list)
            for reader in self._free():
                if self._is_behind(reader):
                    places[reader.place].append(reader)
            if places:
                async with self._one_catches_up:
                    await self._tell(max(places.values(), key=len))
            else:
                self._some_are_behind.clear()
                self.wake()

    def _free(self):
        return [reader for reader in self.readers if not reader.in_hand]

    def _is_behind(self, reader):
        return reader.position.map < self.map or reader.position.article < self.article

    async def _tell(self, readers, ask=False):
        """Look for these readers, and give them what there is. Whether that could be done."""
        for reader in readers:
            reader.in_hand = True
        try:
            found = await in_a_thread(look, self.slug, readers, ask)
            if found is None:
                for reader in readers:
                    self._end(reader)
                return True
            self._stand_at(found)
            await self._hand_out(found, readers)
        except Exception:  # the database went away: they stay where they are
            logger.exception("Nothing could be told to the readers of %s", self.slug)
            await asyncio.sleep(RETRY_SECONDS)
            self.wake()
            return False
        finally:
            for reader in readers:
                reader.in_hand = False
        return True

    def _stand_at(self, found):
        if found.journals.keys() - self.journals.keys():
            self.wake()  # for what was not heard of, since nobody knew that it mattered
        for journal_id, seq in found.journals.items():
            self.journals[journal_id] = max(seq, self.journals.get(journal_id, 0))
        self.map, self.article = max(found.map, self.map), max(found.article, self.article)

    async def _hand_out(self, found, readers):
        """First of all to one reader of each address, then to their second ones: whoever opens
        a hundred waits for themself."""
        for count, reader in enumerate(sorted(readers, key=lambda reader: reader.rank)):
            if count % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            self._hand(found, reader)
            reader.in_hand = False

    def _hand(self, found, reader):
        place = place_of(reader, found.standings)
        if place is None:
            self._end(reader)
            return
        body = found.bodies.get(place)
        position = reader.position
        if body is not None:
            position = replace(position, map=found.map, article=found.article)
        if found.standings is not None:
            standing = found.standings[reader]
            if standing.account_seq > position.account or standing.powers != reader.powers:
                reader.powers = standing.powers
                position = replace(position, account=max(standing.account_seq, position.account))
                body = account_moved() + (b"\n" + body if body is not None else b"")
        reader.kind, reader.asked = place.kind, max(found.site, reader.asked)
        if body is not None:
            reader.give(body, position)

    def _end(self, reader):
        self.readers.discard(reader)
        reader.end()


class Hub:
    """The broadcasters of one event loop, by the slugs of their maps."""

    def __init__(self):
        self.broadcasters = {}
        self._accounts = defaultdict(set)  # ids of journals: their readers
        self._one_catches_up = asyncio.Semaphore(1)

    @contextmanager
    def followed_by(self, slug, reader):
        """While in it, the reader is given what happens on the map."""
        if slug not in self.broadcasters:
            self.broadcasters[slug] = Broadcaster(slug, self._one_catches_up)
        broadcaster = self.broadcasters[slug]
        if reader.journal is not None:
            self._accounts[reader.journal].add(reader)
        broadcaster.join(reader)
        try:
            yield
        finally:
            broadcaster.leave(reader)
            if reader.journal is not None:
                self._accounts[reader.journal].discard(reader)
                if not self._accounts[reader.journal]:
                    del self._accounts[reader.journal]
            if not broadcaster.readers:
                broadcaster.stop()
                if self.broadcasters.get(slug) is broadcaster:
                    del self.broadcasters[slug]

    def hear(self, seqs):
        """Of commits, as `wakeups.following` tells them."""
        if seqs is None:
            for broadcaster in self.broadcasters.values():
                broadcaster.ask_soon()
            return
        for journal_id, seq in seqs.items():
            for broadcaster in self.broadcasters.values():
                broadcaster.hear(journal_id, seq)
            for reader in self._accounts.get(journal_id, ()):
                if seq > reader.position.account:
                    reader.give(account_moved(), replace(reader.position, account=seq))


_hubs = {}


@contextmanager
def followed_by(slug, reader):
    """In the hub of the running event loop, which is there for as long as anybody reads."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
        hub.listening = following(hub.hear)
        hub.listening.__enter__()
    try:
        with hub.followed_by(slug, reader):
            yield
    finally:
        if not hub.broadcasters and _hubs.get(loop) is hub:
            del _hubs[loop]
            hub.listening.__exit__(None, None, None)
