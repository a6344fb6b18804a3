"""A threshold document as data: domains, indicators at each level, and the criteria for a MASH enquiry.

An identifier is never used again for something else: a screening keeps the version it used for ever.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mash.errors import NotFound
from mash.partnerships.data import Data, Identifier, Listed, Source, Words
from mash.partnerships.rules import Rule

IndicatorId = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}\.[a-z_]+\.\d\.\d\d$")]
CriterionId = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}\.criterion\.\d\d$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")]


class UnknownThresholds(NotFound):
    """The partnership has no such version of its threshold document."""


class IndicatorEntry(Data):
    """An indicator as the file holds it.

    `row` is its row in the document's table. `phrases` are everyday words for it, from which a suggestion can
    be made. Where the recorded facts make `condition` hold, the indicator is present though nobody ticked it.
    """

    id: IndicatorId
    level: Annotated[int, Field(ge=1, le=9)]
    row: Annotated[int, Field(ge=1)]
    text: Words
    source: Source | None = None
    phrases: Listed[Words] = ()
    condition: Rule | None = None
    reading: Words | None = None
    concerns: Listed[Identifier] = ()


class Indicator(IndicatorEntry):
    domain: Identifier
    source: Source


class DomainEntry(Data):
    title: Words
    source: Source
    indicators: Listed[IndicatorEntry]


class ThresholdFile(Data):
    """A file in the folder thresholds/."""

    version: Version
    title: Words
    valid_from: date
    status: Literal["current", "superseded"]
    source: Source
    domains: Mapping[Identifier, DomainEntry]

    def thresholds(self) -> "Thresholds":
        indicators = {
            entry.id: Indicator(**{**dict(entry), "domain": key, "source": entry.source or domain.source})
            for key, domain in self.domains.items()
            for entry in domain.indicators
        }
        return Thresholds(
            version=self.version,
            title=self.title,
            valid_from=self.valid_from,
            status=self.status,
            source=self.source,
            domains={key: domain.title for key, domain in self.domains.items()},
            indicators=indicators,
        )


class Thresholds(Data):
    """One version of a threshold document. `domains` are titles by key, `indicators` by id."""

    version: Version
    title: Words
    valid_from: date
    status: Literal["current", "superseded"]
    source: Source
    domains: Mapping[str, str]
    indicators: Mapping[str, Indicator]


class Criterion(Data):
    """One of the circumstances in which a contact goes to a MASH enquiry.

    `rule` is absent where only a manager can say; `needs_rationale` then asks for the reason in writing.
    """

    id: CriterionId
    text: Words
    rule: Rule | None = None
    needs_rationale: bool = False
    reading: Words | None = None
    source: Source


class CriteriaFile(Data):
    criteria: Listed[Criterion]
