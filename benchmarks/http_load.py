"""A client that costs little, so that the server is what is measured."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What came of a load: answers a second, and the time to each answer."""

    seconds: float
    latencies: Sequence[float]
    refused: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return a percentile of the time to an answer, in milliseconds."""
        return percentile(self.latencies, share) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=1000, method="inclusive")[max(round(share * 1000) - 1, 0)]


def request(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of a POST."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def send_all(url: str, requests: Sequence[bytes], connections: int) -> Load:
    """Send every request over ``connections`` connections, each as soon as the one before is answered."""
    waiting = iter(requests)
    latencies: list[float] = []
    statuses: list[int] = []
    started = time.perf_counter()
    await asyncio.gather(*(_work(url, waiting, latencies, statuses) for _ in range(connections)))
    seconds = time.perf_counter() - started
    return Load(seconds, latencies, sum(status >= 300 for status in statuses))


async def _work(url: str, waiting: Iterator[bytes], latencies: list[float], statuses: list[int]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for one in waiting:
        sent = time.perf_counter()
        writer.write(one)
        statuses.append(await _read_answer(reader))
        latencies.append(time.perf_counter() - sent)
    writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    await reader.readexactly(int(headers.get("content-length", "0")))
    return int(status_line.split()[1])
