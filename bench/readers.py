"""Readers of a live stream, many in one process, each a raw socket.

    python -m bench.readers PORT PATH COUNT UNTIL [LAST_EVENT_ID]

They read until each was told of the map's `seq` UNTIL, or a line arrives on standard input. Says
"ready" when all are connected, and at the end, as JSON, when each `seq` came: `{seq: [seconds]}`,
and how often an id came twice.
"""

import asyncio
import json
import sys
import time

AT_ONCE = 40  # connections that are being opened


class Reader:
    def __init__(self, port, path, last=None):
        self.port, self.path, self.last = port, path, last
        self.seqs, self.times, self.twice = [], {}, 0

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
        head = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{last}\r\n"
        self.writer.write(head.encode())
        status = await self.reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"{self.path}: {status!r}")
        while not await self._line():
            pass

    async def _line(self):
        """Whether an id came with the next line."""
        line = await self.reader.readline()
        if not line:
            raise EOFError
        if not line.startswith(b"id: "):
            return False
        now = time.monotonic()
        self.last = line[4:].strip().decode()
        seq = int(self.last.partition(".")[0])
        self.twice += seq in self.times
        self.times[seq] = now
        return True

    async def read(self, until):
        while max(self.times) < until:
            try:
                await self._line()
            except (EOFError, ConnectionError):
                return


async def main(port, path, count, until, last=None):
    readers = [Reader(int(port), path, last) for _ in range(int(count))]
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(reader):
        async with gate:
            await reader.open()

    await asyncio.gather(*map(open_one, readers))
    print("ready", flush=True)
    reading = asyncio.gather(*(reader.read(int(until)) for reader in readers))
    told = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await asyncio.wait([reading, told], return_when=asyncio.FIRST_COMPLETED)
    reading.cancel()
    found = [{"times": r.times, "twice": r.twice, "last": r.last} for r in readers]
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
