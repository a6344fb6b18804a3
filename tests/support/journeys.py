"""A hub that runs for the journeys, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from openmash_local.beside import running_hub
from openmash_local.demo.client import Client
from openmash_local.demo.story import Story, play
from openmash_local.layout import Layout
from support.collector import Collector, running_collector
from support.postgres import open_folder


@dataclass(frozen=True)
class RunningHub:
    """All the processes of a hub, on ports of its own."""

    layout: Layout
    client: Client
    traces: Collector


@dataclass(frozen=True)
class Played(RunningHub):
    """A hub on which the story has been played."""

    story: Story
    told: list[str]


def play_story(hub: RunningHub) -> Played:
    told: list[str] = []
    return Played(hub.layout, hub.client, hub.traces, play(hub.client, told.append), told)


@contextmanager
def open_hub() -> Iterator[RunningHub]:
    with (
        running_collector() as traces,
        open_folder() as folder,
        running_hub(folder, {"OTLP_ENDPOINT": traces.url}) as layout,
    ):
        yield RunningHub(layout, Client(layout), traces)
