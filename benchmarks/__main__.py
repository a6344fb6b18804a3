"""``make bench``: starts a hub of its own, measures, prints, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from openmash_local.beside import running_hub
from openmash_local.layout import Layout

from benchmarks import intake_rate, journeys, pages, thresholds, without_walls
from benchmarks.http_load import Load, percentile


def main() -> None:
    """Measure and print."""
    print(f"{os.cpu_count()} processors; everything below ran on them, the measuring too\n")
    _print_thresholds()
    _print_pages()
    walled = _measure({})
    print("The same without sealing, audit and authorisation\n")
    open_ = _measure(without_walls.ENVIRONMENT)
    print("What the walls cost")
    for what, (with_them, without) in {
        "contacts accepted a second": (walled[0], open_[0]),
        "journeys a second": (walled[1], open_[1]),
    }.items():
        print(f"   {what:28} {with_them:7.2f} of {without:7.2f}: {1 - with_them / without:.0%} fewer")


def _measure(environment: Mapping[str, str]) -> tuple[float, float]:
    """Measure a hub of its own and print; return its contacts accepted a second, and its journeys."""
    with _running_hub(environment) as layout:
        rounds = asyncio.run(intake_rate.measure(layout, environment))
        _print_intake(rounds)
        done = journeys.measure(layout)
        _print_journeys(done)
    return statistics.median(intake.rate for intake, _ in rounds), done.rate


def _print_pages() -> None:
    print(f"Pages with {pages.CONTACTS} contacts in the store, one reader, {pages.TIMES} times each")
    print("   median ms   99th ms   empty page ms   ratio   page")
    with _running_hub({}) as layout:
        for timed in pages.measure(layout):
            middle, slow = statistics.median(timed.done), percentile(timed.done, 0.99)
            empty = statistics.median(timed.empty)
            where = f"{timed.service} {timed.path}"
            print(
                f"   {middle:9.1f}   {slow:7.1f}   {empty:13.1f}   {timed.ratio:5.1f}   {where}", flush=True
            )
    print()


@contextmanager
def _running_hub(environment: Mapping[str, str]) -> Iterator[Layout]:
    with tempfile.TemporaryDirectory(prefix="openmash-bench-") as folder:
        Path(folder).chmod(0o711)
        with running_hub(Path(folder), environment) as layout:
            yield layout


def _print_thresholds() -> None:
    read = thresholds.loading()
    print("Thresholds, one processor")
    _print_timed("all partnerships' files read and checked", read, "reading their bytes")
    for name, timed in thresholds.recommending().items():
        _print_timed(f"recommendation, {name}", timed, "looking the indicators up")
    for name, timed in thresholds.suggesting().items():
        _print_timed(f"suggestions, {thresholds.WORDS} words, {name}", timed, "splitting into words")
    print()


def _print_timed(what: str, timed: thresholds.Timed, floor: str) -> None:
    middle, slow = statistics.median(timed.done), percentile(timed.done, 0.99)
    print(f"   {what:42} median {middle:8.2f} ms   99th {slow:8.2f} ms   {timed.ratio:7.0f} times {floor}")


def _print_intake(rounds: list[tuple[Load, Load]]) -> None:
    print(f"Accepting contacts over HTTP, {intake_rate.CONNECTIONS} connections, a round a line")
    print("   intake/s   floor/s   ratio   intake p50 ms   p99 ms   refused")
    for intake, floor in rounds:
        times = f"{intake.percentile(0.5):13.1f}   {intake.percentile(0.99):6.1f}"
        rates = f"{intake.rate:8.0f}  {floor.rate:8.0f}   {intake.rate / floor.rate:5.2f}"
        print(f"   {rates}   {times}   {intake.refused + floor.refused:7}")
    ratio = statistics.median(intake.rate / floor.rate for intake, floor in rounds)
    print(f"   ratio, the middle of {len(rounds)} rounds: {ratio:.2f}")
    print("   limit: one process of Python each; the floor checks nothing, knows nobody and counts nothing\n")


def _print_journeys(done: journeys.Journeys) -> None:
    print(f"Whole journeys, form to feedback, {journeys.BESIDE_EACH_OTHER} beside each other")
    print(f"   {done.rate:.2f} journeys a second ({len(done.each)} in {done.seconds:.1f} s)")
    for name, values in (
        ("arrival to all four queues", [one.arrival_to_queues for one in done.each]),
        ("decision to all four queues", [one.decision_to_queues for one in done.each]),
        ("the whole journey", [one.whole for one in done.each]),
    ):
        middle, slow = (percentile(values, share) * 1000 for share in (0.5, 0.99))
        print(f"   {name:28} median {middle:7.0f} ms   99th percentile {slow:7.0f} ms")
    print("   limit: processor time, by part, in seconds")
    for name, seconds in sorted(done.busy.items(), key=lambda one: -one[1])[:8]:
        print(f"      {name:22} {seconds:6.1f}  ({seconds / done.seconds:4.0%} of one processor)")


if __name__ == "__main__":
    main()
