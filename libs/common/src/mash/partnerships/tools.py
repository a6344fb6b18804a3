"""A tool of a partnership's document as data: what it asks, its evidence and bands, and what follows.

`mash.partnerships.assessment` reads it. A partnership without such tools has no folder for them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import StringConstraints

from mash.partnerships.data import Data, Identifier, Listed, Source, Words
from mash.partnerships.rules import Rule
from mash.partnerships.thresholds import Version

EvidenceId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+\.\d\d$", max_length=64)]
Kind = Literal["flag", "number", "choice", "words"]
VALUES: Mapping[Kind, type[bool] | type[int] | type[str]] = {
    "flag": bool,
    "number": int,
    "choice": str,
    "words": str,
}
# Rules may ask how much evidence there is: `evidence` is all of it, `evidence_high` that of the band `high`.
COUNT = "evidence"


class ToolQuestion(Data):
    """Something to answer beside the evidence.

    Where `fact` names one of the hub's facts, what is known of it answers the question until somebody does.
    `feeds` lets the answer stand for that fact in the criteria for an enquiry as well. An answer is asked for
    where it is `required`, or where `required_when` holds.
    """

    text: Words
    kind: Kind
    at_least: int | None = None
    at_most: int | None = None
    choices: Mapping[Identifier, Words] = {}
    fact: str | None = None
    feeds: bool = False
    required: bool = False
    required_when: Rule | None = None
    reading: Words | None = None
    source: Source


class Band(Data):
    """A band, the lowest first in the file. `level` is none where the document gives the band no level."""

    title: Words
    meaning: Words
    level: int | None
    reading: Words | None = None
    source: Source


class EvidenceEntry(Data):
    """A piece of evidence as the file holds it.

    It points to its `band`, or to none by itself. `group` is what it is listed under. Where the answers make
    `condition` hold, it is present though nobody ticked it.
    """

    id: EvidenceId
    text: Words
    band: Identifier | None = None
    group: Identifier | None = None
    condition: Rule | None = None
    reading: Words | None = None
    source: Source | None = None


class Evidence(EvidenceEntry):
    source: Source


class Raise(Data):
    """A rule that brings the band up to `to`. It never brings one down."""

    id: Identifier
    to: Identifier
    when: Rule
    text: Words
    reading: Words | None = None
    source: Source


class Consequence(Data):
    """What follows in one of `bands` (in any, where none is named) and where `when` holds, if it is given."""

    text: Words
    bands: Listed[Identifier] = ()
    when: Rule | None = None
    reading: Words | None = None
    source: Source


class ToolOutcome(Consequence):
    """What the document says is to be done.

    `decision` is the outcome of the profile by which it is decided; `required` says that it must be.
    """

    decision: Identifier | None = None
    required: bool = False


class ToolFile(Data):
    """A file in the folder tools/.

    `otherwise` is the band where nothing points to one, if there is such. `judgement` says whether a person
    may raise the band beyond what the tool points to, in writing.
    """

    title: Words
    version: Version
    purpose: Words
    source: Source
    reading: Words | None = None
    questions: Mapping[Identifier, ToolQuestion]
    groups: Mapping[Identifier, Words] = {}
    bands: Mapping[Identifier, Band]
    otherwise: Identifier | None = None
    judgement: bool = False
    evidence: Listed[EvidenceEntry]
    raises: Listed[Raise] = ()
    outcomes: Mapping[Identifier, ToolOutcome]
    alerts: Mapping[Identifier, Consequence] = {}
    flags: Mapping[Identifier, Consequence] = {}

    def tool(self, name: str) -> "Tool":
        evidence = {
            entry.id: Evidence(**{**dict(entry), "source": entry.source or self.source})
            for entry in self.evidence
        }
        return Tool(**{**dict(self), "name": name, "evidence": evidence})


class Tool(Data):
    """One tool: evidence by id, and all else as in its file, by name. `alerts` are by the profile's names."""

    name: Identifier
    title: Words
    version: Version
    purpose: Words
    source: Source
    reading: Words | None
    questions: Mapping[str, ToolQuestion]
    groups: Mapping[str, Words]
    bands: Mapping[str, Band]
    otherwise: str | None
    judgement: bool
    evidence: Mapping[str, Evidence]
    raises: tuple[Raise, ...]
    outcomes: Mapping[str, ToolOutcome]
    alerts: Mapping[str, Consequence]
    flags: Mapping[str, Consequence]

    def counts(self) -> Mapping[str, str]:
        """The names by which a rule asks how much evidence there is, with the words for each."""
        by_band = {
            f"{COUNT}_{key}": f"pieces of evidence of {band.title}" for key, band in self.bands.items()
        }
        return {COUNT: "pieces of evidence", **by_band}

    def higher(self, one: str | None, other: str | None) -> str | None:
        """The higher of two bands."""
        order = [None, *self.bands]
        return max(one, other, key=order.index)
