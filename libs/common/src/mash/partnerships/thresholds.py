"""A threshold document as data: domains, indicators at each level, and the criteria for a MASH enquiry.

An identifier is never used again for something else: a screening keeps the version it used for ever.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mash.errors import NotFound
from mash.partnerships.data import Data, Day, Identifier, Listed, Source, Words
from mash.partnerships.rules import Rule

IndicatorId = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}\.[a-z_]+\.\d\.\d\d$")]
CriterionId = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}\.(criterion|s47)\.\d\d$")]
BaseId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.\d\.\d\d$")]
SignId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z0-9_]+$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")]


class UnknownThresholds(NotFound):
    """The partnership has no such version of its threshold document."""


class Rewording(Data):
    """What a document says otherwise of an indicator that its base has too."""

    text: Words | None = None
    row: Annotated[int, Field(ge=1)] | None = None
    phrases: Listed[Words] = ()
    signs: Listed[SignId] = ()
    condition: Rule | None = None
    reading: Words | None = None


class IndicatorEntry(Data):
    """An indicator as the file holds it.

    `row` is its row in the document's table, and `about` whose matter the document puts it under. `rating` is
    given where one level holds two, and this indicator is not of the level's own. `phrases` are everyday
    words for it, and `signs` what people tell that shows it, from which a suggestion can be made. Where the
    recorded facts make `condition` hold, the indicator is present though nobody ticked it.
    """

    id: IndicatorId
    level: Annotated[int, Field(ge=1, le=9)]
    row: Annotated[int, Field(ge=1)]
    text: Words
    about: Literal["child", "parent", "sibling", "household"] | None = None
    source: Source | None = None
    rating: Identifier | None = None
    phrases: Listed[Words] = ()
    signs: Listed[SignId] = ()
    condition: Rule | None = None
    reading: Words | None = None
    concerns: Listed[Identifier] = ()


class Indicator(IndicatorEntry):
    domain: Identifier
    source: Source


class DomainEntry(Data):
    """A domain of a document. What a base has of it, the title among it, need not be said again."""

    title: Words | None = None
    part: Words | None = None
    source: Source | None = None
    indicators: Listed[IndicatorEntry] = ()


class ThresholdFile(Data):
    """A file in the folder thresholds/: all of a document, or how it differs from a base that others share.

    `without` names the base's indicators that this document lacks, and `reworded` what it says otherwise.
    """

    version: Version
    title: Words
    valid_from: Day
    status: Literal["current", "superseded"]
    source: Source
    base: Identifier | None = None
    without: Listed[BaseId] = ()
    reworded: Mapping[BaseId, Rewording] = {}
    domains: Mapping[Identifier, DomainEntry]

    def thresholds(self, code: str, base: "BaseFile | None" = None) -> "Thresholds":
        """This version whole, the base's indicators under the partnership's `code`."""
        shared = base.domains if base else {}
        domains: dict[str, Domain] = {}
        indicators: dict[str, Indicator] = {}
        for key in {**shared, **self.domains}:
            own, under = self.domains.get(key, DomainEntry()), shared.get(key)
            title = own.title or (under.title if under else key)
            source = own.source or f"{self.source}, {title}"
            domains[key] = Domain(title=title, part=own.part)
            entries = (*self._from_base(code, under.indicators if under else ()), *own.indicators)
            for entry in entries:
                # Every part of it has been checked already, and checking some thousands again takes its time.
                given = {**entry.__dict__, "domain": key, "source": entry.source or source}
                indicators[entry.id] = Indicator.model_construct(**given)
        return Thresholds(
            version=self.version,
            title=self.title,
            valid_from=self.valid_from,
            status=self.status,
            source=self.source,
            domains=domains,
            indicators=indicators,
        )

    def _from_base(self, code: str, entries: tuple["BaseEntry", ...]) -> Iterator[IndicatorEntry]:
        for entry in entries:
            if entry.id not in self.without:
                changed = self.reworded.get(entry.id)
                said = {name: getattr(changed, name) for name in changed.model_fields_set} if changed else {}
                yield IndicatorEntry.model_construct(**{**entry.__dict__, **said, "id": f"{code}.{entry.id}"})


class BaseEntry(IndicatorEntry):
    id: BaseId


class BaseDomain(Data):
    title: Words
    indicators: Listed[BaseEntry]


class BaseFile(Data):
    """A matrix that several partnerships share. Its ids get each partnership's code before them."""

    title: Words
    domains: Mapping[Identifier, BaseDomain]


class Domain(Data):
    title: Words
    part: Words | None


class Thresholds(Data):
    """One version of a threshold document: its domains by key, its indicators by id."""

    version: Version
    title: Words
    valid_from: Day
    status: Literal["current", "superseded"]
    source: Source
    domains: Mapping[str, Domain]
    indicators: Mapping[str, Indicator]


class Criterion(Data):
    """One of the circumstances in which a contact goes to a MASH enquiry, or asks for a strategy discussion.

    `rule` is absent where only a manager can say; `needs_rationale` then asks for the reason in writing.
    """

    id: CriterionId
    text: Words
    rule: Rule | None = None
    needs_rationale: bool = False
    leads_to: Literal["enquiry", "strategy_discussion"] = "enquiry"
    reading: Words | None = None
    source: Source


class CriteriaFile(Data):
    criteria: Listed[Criterion]
