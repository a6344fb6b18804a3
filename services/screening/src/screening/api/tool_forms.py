"""What requests and answers about the special tools hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from mash import partnerships
from mash.partnerships import Partnership
from mash.partnerships.assessment import Found
from mash.partnerships.data import Data
from mash.partnerships.tools import EvidenceId, Tool
from mash.web import Strict
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from screening.api.bodies import MOST, OptionalName, OptionalWords, Slug, Words
from screening.domain.recommendation import GUIDANCE
from screening.domain.screening import Screening
from screening.domain.tool_results import ToolResult

ToolAnswer = Annotated[bool, Field(strict=True)] | Annotated[int, Field(strict=True, ge=0, le=MOST)] | Words


class ToolBody(Strict):
    """What was found.

    ``child`` is the child as the contact calls or numbers it, where there are several. ``band`` is one to
    which professional judgement raises the child beyond what the tool points to, and ``judgement`` says why.
    """

    child: OptionalName = None
    evidence: list[EvidenceId] = Field(default=[], max_length=200)
    answers: dict[Slug, ToolAnswer] = Field(default={}, max_length=50)
    band: Slug | None = None
    judgement: OptionalWords = None

    def found(self) -> Found:
        return Found(frozenset(self.evidence), self.answers, self.band, self.judgement)


class QuestionForm(BaseModel):
    """A question. ``required_when`` is the rule by which an answer is needed, as the tool's data has it."""

    name: str
    text: str
    kind: str
    at_least: int | None = None
    at_most: int | None = None
    choices: dict[str, str]
    required: bool
    required_when: dict[str, Any] | None = None
    fact: str | None = None
    reading: str | None = None
    source: str


class BandForm(BaseModel):
    """A band, its level where the document gives one, and how the document is read."""

    id: str
    title: str
    meaning: str
    level: int | None = None
    reading: str | None = None
    source: str


class EvidenceForm(BaseModel):
    """A piece of evidence; ``by_answers`` where an answer alone can show it."""

    id: str
    text: str
    band: str | None = None
    group: str | None = None
    by_answers: bool
    reading: str | None = None
    source: str


class ToolForm(BaseModel):
    """A tool with all that its form needs; bands are the lowest first."""

    name: str
    title: str
    version: str
    purpose: str
    reading: str | None = None
    source: str
    judgement: bool
    questions: list[QuestionForm]
    groups: dict[str, str]
    bands: list[BandForm]
    evidence: list[EvidenceForm]


class ToolList(BaseModel):
    """The tools of a partnership; none where its documents have none."""

    partnership: str
    tools: list[ToolForm]
    guidance: str = GUIDANCE


class Ground(BaseModel):
    """What led to the band: evidence, a rule or a judgement, and what showed it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    text: str
    band: str | None
    source: str
    why: str


class Following(BaseModel):
    """Something that follows, and what brought it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    text: str
    source: str
    why: str | None


class OutcomeOfTool(Following):
    """What is to be done; ``decision`` is the outcome by which it is decided."""

    decision: str | None
    required: bool


class AlertOfTool(Following):
    """Who is told, and why."""

    told: str


class OpenQuestion(BaseModel):
    """A question without an answer."""

    name: str
    text: str


class ToolUse(BaseModel):
    """What a tool made of what was found; ``counts`` until it is used anew on the same child."""

    tool: str
    title: str
    version: str
    source: str
    child: str | None
    by: str
    at: AwareDatetime
    counts: bool
    band: str | None
    band_title: str | None
    points_to: str | None
    level: int | None
    why: list[Ground]
    outcomes: list[OutcomeOfTool]
    alerts: list[AlertOfTool]
    flags: list[Following]
    answers: dict[str, Any]
    unanswered: list[OpenQuestion]
    guidance: str = GUIDANCE


class ToolUseList(BaseModel):
    """Every use of a tool on a contact, in the order they were made."""

    items: list[ToolUse]
    guidance: str = GUIDANCE


def tool_list(partnership: Partnership) -> ToolList:
    """The tools of a partnership, as they are sent."""
    forms = [ToolForm.model_validate(_form(tool)) for tool in partnership.tools.values()]
    return ToolList(partnership=partnership.name, tools=forms)


def _form(tool: Tool) -> dict[str, Any]:
    return {
        **_plain(tool),
        "questions": [{"name": name, **_plain(one)} for name, one in tool.questions.items()],
        "bands": [{"id": id, **_plain(one)} for id, one in tool.bands.items()],
        "evidence": [
            {**_plain(one), "by_answers": one.condition is not None} for one in tool.evidence.values()
        ],
    }


def _plain(record: Data) -> dict[str, Any]:
    """A record as it stands in its file, with its rules."""
    return record.model_dump(by_alias=True, exclude_none=True)


def tool_use(screening: Screening, result: ToolResult) -> ToolUse:
    """One use of a tool, as it is sent."""
    assessment = result.assessment
    questions = _questions(screening, result.tool)
    return ToolUse.model_validate(
        {
            **vars(result),
            **vars(assessment),
            "counts": result in screening.tools,
            "why": [Ground.model_validate(one) for one in assessment.grounds],
            "outcomes": [OutcomeOfTool.model_validate(one) for one in assessment.outcomes],
            "alerts": [{**vars(one), "told": result.told[one.id]} for one in assessment.alerts],
            "flags": [Following.model_validate(one) for one in assessment.flags],
            "unanswered": [
                OpenQuestion(name=name, text=questions.get(name, name)) for name in assessment.unanswered
            ],
        }
    )


def use_list(screening: Screening, results: Sequence[ToolResult]) -> ToolUseList:
    """Every use of a tool, as it is sent."""
    return ToolUseList(items=[tool_use(screening, result) for result in results])


def _questions(screening: Screening, name: str) -> dict[str, str]:
    """The words of a tool's questions; none where the tool is no longer there."""
    tool = partnerships.get(screening.partnership).tools.get(name)
    return {key: one.text for key, one in tool.questions.items()} if tool else {}
