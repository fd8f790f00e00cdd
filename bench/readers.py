"""Readers of a live stream, many in one process, each a raw socket.

    python -m bench.readers PORT PATH COUNT UNTIL [LAST_EVENT_ID]

They read until each was told of the map's `seq` UNTIL, or a line arrives on standard input. Says
"ready" when all are connected, and at the end, as JSON, when each `seq` came: `{seq: [seconds]}`,
and how often an id came twice.
"""

import asyncio
import json
import re
import sys
import time

AT_ONCE = 40  # connections that are being opened


class Reader(asyncio.Protocol):
    """Looks for ids alone, and as they arrive: a reader that is slow itself measures itself."""

    def __init__(self, path, last=None):
        self.path, self.last = path, last
        self.times, self.twice, self._rest = {}, 0, b""
        loop = asyncio.get_running_loop()
        self.ready, self.done, self.until = loop.create_future(), loop.create_future(), None

    async def open(self, port, until):
        self.until = until
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        await self.ready

    def connection_made(self, transport):
        last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
        transport.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{last}\r\n".encode())

    def data_received(self, data):
        now = time.monotonic()
        data = self._rest + data
        *found, rest = re.split(rb"\nid: ([0-9.]+)\n", data) if b"\nid: " in data else [data]
        self._rest = rest[-60:]
        for last in found[1::2]:
            self.last = last.decode()
            seq = int(self.last.partition(".")[0])
            self.twice += seq in self.times
            self.times.setdefault(seq, now)
            if not self.ready.done():
                self.ready.set_result(None)
            if seq >= self.until:
                self._end()

    def connection_lost(self, exc):
        if not self.ready.done():
            self.ready.set_exception(EOFError(self.path))
        self._end()

    def _end(self):
        if not self.done.done():
            self.done.set_result(None)


async def main(port, path, count, until, last=None):
    readers = [Reader(path, last) for _ in range(int(count))]
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(reader):
        async with gate:
            await reader.open(int(port), int(until))

    await asyncio.gather(*map(open_one, readers))
    print("ready", flush=True)
    reading = asyncio.gather(*(reader.done for reader in readers))
    told = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await asyncio.wait([reading, told], return_when=asyncio.FIRST_COMPLETED)
    reading.cancel()
    found = [{"times": r.times, "twice": r.twice, "last": r.last} for r in readers]
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
