"""What is at hand in a decision: the services to signpost to, and what the law asks, point by point."""

from collections.abc import Mapping
from typing import Literal

from mash.errors import Invalid
from mash.partnerships.data import Data, Identifier, Listed, Source, Words


class UnknownService(Invalid):
    """The partnership's directory has no such service."""


class Service(Data):
    """A service to signpost to. `outcomes` are the outcomes and pathways that it is an answer to."""

    title: Words
    offers: Words
    levels: Listed[int]
    reached: Words
    agreement: Literal["needed", "not_needed"]
    outcomes: Listed[Identifier]
    source: Source


class ServicesFile(Data):
    """The file services.yaml: the partnership's directory."""

    services: Mapping[Identifier, Service]


class Reference(Data):
    """What the law or the document asks, point by point, to be at hand in a decision."""

    title: Words
    points: Listed[Words]
    source: Source


class ReferenceFile(Data):
    """The file reference.yaml, where there is one."""

    references: Mapping[Identifier, Reference]
