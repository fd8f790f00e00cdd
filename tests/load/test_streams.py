"""Hundreds follow one map: over a restart, beside a rude one, and while others open pages."""

import asyncio
import socket
import statistics
import time
from collections import Counter

import pytest

from tests.load.streams import Stream, following, until_all, until_open

IMPORTED = 1  # the map's `seq` as world.py leaves it
#: What others may lose beside somebody rude, on a machine that does something else as well: far
#: more than is measured on a quiet one, far less than when they were held up.
MANY_TIMES = 5
NOTHING = 200  # milliseconds


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


@pytest.mark.one_database
def test_neither_who_never_reads_nor_a_crowd_of_one_address_is_felt_by_others(served, size, say):
    """With each message on #1 goes a paragraph of 88 KB: what nobody takes would be megabytes."""
    rude, crowd, writes = 4, size(30, promised=100), size(80, promised=150)
    site = served()
    port = site.start()
    others = [Stream(port, stream_of(site)) for _ in range(5)]

    async def write(count, name, node):
        """Milliseconds until each is answered, and until the others have heard of it."""
        answered, heard = [], []
        for number in range(count):
            seq, begun = others[0].seq + 1, time.monotonic()
            key = f"{name}-{node}-{number}"
            assert await asyncio.to_thread(site.annotate, port, "Is it so?", key, node) == 201
            answered.append(1000 * (time.monotonic() - begun))
            await until_all(others, seq)
            heard += [1000 * (stream.times[seq] - begun) for stream in others]
        return statistics.median(answered), statistics.median(heard)

    async def beside_who_never_reads():
        await write(20, "first", node=1)
        alone = await write(20, "alone", node=1)
        opened = [never_read(port, stream_of(site)) for _ in range(rude)]
        await asyncio.sleep(1)
        before = site.memory(port)
        beside = await write(writes, "beside", node=1)
        grown = (site.memory(port) - before) / rude
        for each in opened:
            each.close()
        return alone, beside, grown

    async def beside_a_crowd():
        crowded = [Stream(port, stream_of(site), "127.0.0.2") for _ in range(crowd)]
        alone = await write(20, "alone", node=2)
        async with following(crowded):
            await until_all(crowded, others[0].seq)
            beside = await write(20, "beside", node=2)
            await until_all(crowded, others[0].seq)
        return alone, beside

    async def run():
        async with following(others):
            return await beside_who_never_reads(), await beside_a_crowd()

    (*never, grown), crowds = asyncio.run(run())
    assert all(stream.steps == others[0].steps and not stream.wrong for stream in others)
    assert grown < 1_000_000, f"{grown:,.0f} bytes each, of {88_000 * writes:,} that were sent"
    for whom, (alone, beside) in (
        (f"{rude} who never read", never),
        (f"a crowd of {crowd} at one address", crowds),
    ):
        say(
            f"beside {whom}: written in {beside[0]:.0f} ms ({alone[0]:.0f} without), "
            f"heard of by 5 others in {beside[1]:.0f} ms ({alone[1]:.0f} without)"
        )
        assert all(b < MANY_TIMES * a + NOTHING for a, b in zip(alone, beside, strict=True)), whom
    say(f"{grown / 1000:,.0f} KB for each who never reads, of {88 * writes:,} KB sent")


def never_read(port, path):
    """A socket that asks for a stream, and takes what its small buffer holds."""
    rude = socket.socket()
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    rude.bind(("127.0.0.2", 0))
    rude.connect(("127.0.0.1", port))
    rude.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return rude


def test_idle_streams_leave_pages_as_fast_and_files_as_few(served, size, say):
    count, seconds = size(100, promised=500), size(2, promised=8)
    site = served(nodes=200)
    site.run("collectstatic", "--no-input", "--verbosity=0")  # a page names its files
    port = site.start()

    async def read_pages():
        """Pages a second, for 20 who read them."""
        until, read = time.monotonic() + seconds, 0

        async def one(number):
            nonlocal read
            while time.monotonic() < until:
                assert await a_page(port, site.address, f"127.0.1.{number % 10 + 1}")
                read += 1

        await asyncio.gather(*(one(number) for number in range(20)))
        return read / seconds

    async def run():
        await read_pages()  # which makes them
        rates, files = [await read_pages()], [site.open_files(port)]
        for _ in range(3):
            streams = [Stream(port, stream_of(site)) for _ in range(count)]
            async with following(streams):
                await asyncio.sleep(1)
                rates.append(await read_pages())
                files.append(site.open_files(port) - count)
            assert not [stream.wrong for stream in streams if stream.wrong]
            await asyncio.sleep(1)
            rates.append(await read_pages())
            files.append(site.open_files(port))
        return rates, files

    rates, files = asyncio.run(run())
    without, beside = statistics.median(rates[::2]), statistics.median(rates[1::2])
    say(
        f"20 readers of pages: {without:.0f} a second, {beside:.0f} beside {count} idle streams "
        f"({beside / without:.2f} ×); open files without those of streams: {files}"
    )
    assert beside * MANY_TIMES > without, rates
    assert max(files[2:]) <= files[1] + 4, files  # a thread may open its connection late


async def a_page(port, path, address):
    """Whether it came whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    writer.write(request.encode())
    try:
        found = await reader.read()
        return found.startswith(b"HTTP/1.1 200") and found.rstrip().endswith(b"</html>")
    finally:
        writer.close()
