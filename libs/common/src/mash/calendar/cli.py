"""The command `mash due`: when something is due in a partnership, how it was counted, and why so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from mash.calendar.deadlines import Due, due
from mash.calendar.london import in_london, read_time, spoken
from mash.calendar.targets import CLOCKS, Clock, Target, read_target
from mash.errors import Invalid, Refusal

if TYPE_CHECKING:
    from mash.partnerships import DueRule, Partnership


@dataclass(frozen=True)
class AskedRule:
    """A rule made of `--target` and `--clock`: real hours run on after closing, opening hours do not."""

    target: str
    clock: Clock
    source: str
    reading: str = ""
    why: str = "The target and the clock were given on the command line."
    otherwise: str = ""

    @property
    def runs_past_closing(self) -> bool:
        return self.clock == "elapsed"


@dataclass(frozen=True)
class Answer:
    """A due time with what was asked, to be printed."""

    partnership: str
    rule: str | None
    target: str
    runs_past_closing: bool
    source: str
    notes: list[str]
    due: Due


def due_command(
    partnership: Annotated[str | None, typer.Option(help="The partnership, such as havering.")] = None,
    received: Annotated[
        str | None, typer.Option(help="When it arrived: 2026-03-03T13:01, in London's time unless it says.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="One of the partnership's rules: enquiry.red.")] = None,
    target: Annotated[str | None, typer.Option(help="In place of a rule: 90m, 4h, 2d or 5wd.")] = None,
    clock: Annotated[str | None, typer.Option(help="With --target: elapsed or working.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print when something is due in a partnership, how that was counted, and why."""
    try:
        answer = _answer(
            _given(partnership, "partnership"), _given(received, "received"), rule, target, clock
        )
    except Refusal as refusal:
        _refuse(refusal)
    if as_json:
        typer.echo(json.dumps(_as_json(answer), indent=2, ensure_ascii=False))
    else:
        typer.echo(_as_text(answer))


def _answer(name: str, received: str, rule: str | None, target: str | None, clock: str | None) -> Answer:
    received_at, notes = read_time(received, field="received")
    if (rule is None) == (target is None):
        raise Invalid("give either a rule or a target, and not both.", field="rule")
    if rule is not None and clock is not None:
        raise Invalid("goes with --target; a rule brings its own clock.", field="clock")
    partnership = _partnership(name)
    notes = [*notes, *_own_clock_note(target, clock)]
    chosen = (
        _known_rule(partnership, rule) if rule is not None else _asked_rule(target or "", clock, partnership)
    )
    return Answer(
        partnership=name,
        rule=rule,
        target=chosen.target,
        runs_past_closing=chosen.runs_past_closing,
        source=chosen.source,
        notes=notes,
        due=due(received_at, chosen, partnership.hours),
    )


def _asked_rule(target: str, clock: str | None, partnership: Partnership) -> AskedRule:
    return AskedRule(target, _clock(read_target(target), clock), partnership.hours.source)


def _own_clock_note(target: str | None, clock: str | None) -> list[str]:
    asked = read_target(target) if target is not None else None
    if asked is None or clock is None or asked.own_clock in (None, clock):
        return []
    return [f"A target in {asked.unit} runs on the {asked.own_clock} clock, whichever is asked for."]


def _given(value: str | None, field: str) -> str:
    if value is None:
        raise Invalid("must be given.", field=field)
    return value


def _partnership(name: str) -> Partnership:
    """Imported here, so that a mistake in the other options is answered without reading the profiles."""
    from mash.partnerships import PartnershipFault, load

    try:
        known = load()
    except PartnershipFault as fault:
        raise Invalid(f"a profile cannot be used: {'; '.join(fault.faults)}", field="partnership") from None
    if name not in known:
        raise Invalid(
            f"there is no partnership of that name; there is {_listed(known)}.", field="partnership"
        )
    return known[name]


def _known_rule(partnership: Partnership, name: str) -> DueRule:
    if name not in partnership.due_rules:
        known = _listed(partnership.due_rules)
        raise Invalid(f"{partnership.title} has no rule of that name; it has {known}.", field="rule")
    return partnership.due_rules[name]


def _clock(target: Target, clock: str | None) -> Clock:
    """The clock asked for; days run on their own, whichever is asked for."""
    if target.own_clock and (clock is None or clock in CLOCKS):
        return target.own_clock
    for known in CLOCKS:
        if clock == known:
            return known
    raise Invalid("must be elapsed or working, for a target in minutes or hours.", field="clock")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _refuse(refusal: Refusal) -> NoReturn:
    field = refusal.field if isinstance(refusal, Invalid) else None
    where = f"--{field}: " if field else ""
    typer.echo(f"mash due: {where}{refusal.message}", err=True)
    raise typer.Exit(2)


def _as_json(answer: Answer) -> dict[str, object]:
    found = answer.due
    return {
        "partnership": answer.partnership,
        "rule": answer.rule,
        "target": answer.target,
        "clock": found.clock,
        "runs_past_closing": answer.runs_past_closing,
        "received_at": found.received_at.isoformat(),
        "starts_at": found.starts_at.isoformat(),
        "due_at": found.due_at.isoformat(),
        "due_at_london": in_london(found.due_at).isoformat(),
        "counted": found.counted,
        "reading": found.reading,
        "why": found.why,
        "otherwise": found.otherwise,
        "other_due_at": found.other_due_at.isoformat(),
        "other_counted": found.other_counted,
        "source": answer.source,
        "notes": answer.notes,
    }


def _as_text(answer: Answer) -> str:
    found = answer.due
    lines = {
        "Due": spoken(found.due_at),
        "Received": spoken(found.received_at),
        "Rule": f"{answer.rule or 'given on the command line'}, {answer.target}, in {answer.partnership}",
        "Clock": found.clock,
        "Counted": found.counted,
        "Reading": found.reading,
        "Why": found.why,
        "Otherwise": found.otherwise,
        "By the other clock": f"{spoken(found.other_due_at)} ({found.other_counted.rstrip('.')})",
        "Source": answer.source,
    }
    notes = [f"Note: {note}" for note in answer.notes]
    return "\n".join([*notes, *(f"{name + ':':<20}{words}" for name, words in lines.items() if words)])
