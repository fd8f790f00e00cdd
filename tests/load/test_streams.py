"""Hundreds follow one map: over a restart, beside a rude one, and while others open pages."""

import asyncio
from collections import Counter

from tests.load.streams import Stream, following, until_all, until_open

IMPORTED = 1  # the map's `seq` as world.py leaves it


def stream_of(site):
    return f"{site.address}stream?edition=1&from={IMPORTED}.1.0"


async def annotate(site, port, node):
    """Until it is answered, as whoever presses the button again under the same key."""
    while True:
        status = await asyncio.to_thread(site.annotate, port, "Is it so?", f"node-{node}", node)
        if status == 201:
            return
        assert status in (None, 503), status
        await asyncio.sleep(0.1)


def test_readers_get_each_change_once_over_a_restart_and_a_kill(served, size, say):
    count = size(100, promised=500)
    site = served(nodes=1_000)
    port = site.start()
    streams = [Stream(port, stream_of(site)) for _ in range(count)]
    annotated = []

    async def write(over):
        for node in range(2, 1_000):  # each once
            await annotate(site, port, node)
            annotated.append(node)
            if over.is_set():
                return
            await asyncio.sleep(0.2)  # a break may not be worth a reload

    async def restart():
        for end in (site.stop, site.kill):
            await asyncio.sleep(2)
            await asyncio.to_thread(end, port)
            await asyncio.to_thread(site.start, port)
            await until_open(streams)
        await asyncio.sleep(2)

    async def run():
        over = asyncio.Event()
        async with following(streams):
            writing = asyncio.create_task(write(over))
            await restart()
            over.set()
            await writing
            await until_all(streams, IMPORTED + len(annotated))
            await asyncio.sleep(1)  # for what comes twice

    asyncio.run(run())
    once = Counter(annotated)
    for stream in streams:
        assert not stream.wrong
        assert stream.connected >= 3
        assert stream.cards == once
        assert set(stream.named) == {f"node-{number}" for number in annotated}
        assert stream.seq == IMPORTED + len(annotated)
    assert "All is well" in site.run("check_data")
    twice = sum(times - 1 for stream in streams for times in stream.named.values())
    say(
        f"{count} streams over a restart and a kill -9, "
        f"{sum(stream.connected for stream in streams):,} connections: each of "
        f"{len(annotated)} changes came to each once; {twice} times a margin was fetched once more"
    )
