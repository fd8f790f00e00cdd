"""Readers of a live stream, as many as one likes in one process, each as htmx reads it."""

import asyncio
import random
import re
import time
from collections import Counter
from contextlib import asynccontextmanager

FIRST_DELAY, LONGEST_DELAY = 0.5, 4  # seconds until one connects again
CARD = re.compile(rb'hx-target="#card-(\d+)"')
AT_ONCE = 40  # connections that are being opened


class Stream:
    """One page's. After a break it connects again, and says the last id that it got.

    `position` is that id; `steps` are the ids that came with something to show; `cards` is how
    often each card came, `named` how often it was said that the margin of a node is another.
    """

    def __init__(self, port, path, address="127.0.0.1"):
        self.port, self.path, self.address = port, path, address
        self.position, self.steps, self.times = None, [], {}
        self.cards, self.named, self.connected, self.wrong = Counter(), Counter(), 0, []
        self.is_open = asyncio.Event()

    @property
    def seq(self):
        """Of the map."""
        return int(self.position.partition(".")[0]) if self.position else -1

    async def read(self, gate):
        """Until cancelled."""
        delay = FIRST_DELAY
        while True:
            try:
                async with self._connection(gate) as messages:
                    async for message in messages:
                        delay = FIRST_DELAY
                        self._take(message)
            except (OSError, EOFError, ValueError):
                pass
            self.is_open.clear()
            await asyncio.sleep(delay * random.uniform(0.7, 1.3))
            delay = min(2 * delay, LONGEST_DELAY)

    @asynccontextmanager
    async def _connection(self, gate):
        async with gate:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.address, 0)
            )
            last = f"Last-Event-ID: {self.position}\r\n" if self.position else ""
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\n{last}\r\n".encode())
            head = await _head_of(reader, writer)
        try:
            if b" 200 " not in head.partition(b"\r\n")[0]:
                raise ValueError(head)
            self.connected += 1
            self.is_open.set()
            yield _messages(reader)
        finally:
            writer.close()

    def _take(self, message):
        fields = [line.partition(b": ")[::2] for line in message.split(b"\n")]
        event = dict(fields).get(b"event", b"").decode()
        data = b"\n".join(value for name, value in fields if name == b"data")
        position = dict(fields).get(b"id", b"").decode()
        if event:
            self.named[event] += 1
        elif data:
            self.cards.update(int(number) for number in CARD.findall(data))
            if b"Much has happened" in data:
                self.wrong.append("told to reload")
        if position:
            before, self.position = self.seq, position
            if data:
                self.steps.append(self.seq)
                self.times[self.seq] = time.monotonic()
            if (self.seq <= before) if data else (self.seq != before >= 0):
                self.wrong.append(f"{position} came after {before}")


async def _head_of(reader, writer):
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except BaseException:
        writer.close()
        raise


async def _messages(reader):
    """Each that came whole; half a message is none."""
    rest = b""
    while size := int(await reader.readline() or b"0", 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        *whole, rest = rest.split(b"\n\n")
        for message in whole:
            if message and not message.startswith(b":"):
                yield message


@asynccontextmanager
async def following(streams):
    """While in it, all of them are read; it begins when all are open."""
    gate = asyncio.Semaphore(AT_ONCE)
    reading = [asyncio.create_task(stream.read(gate)) for stream in streams]
    try:
        await until_open(streams)
        yield
        broken = [task.exception() for task in reading if task.done()]
        assert not broken, broken[0]
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


async def until_open(streams):
    async with asyncio.timeout(120):
        await asyncio.gather(*(stream.is_open.wait() for stream in streams))


async def until_all(streams, seq, seconds=120):
    """All of them have been told of it."""
    deadline = time.monotonic() + seconds
    while behind := sum(stream.seq < seq for stream in streams):
        assert time.monotonic() < deadline, f"{behind} readers were not told of {seq}"
        await asyncio.sleep(0.05)
