"""Whether a tool's file agrees with itself and with the profile: what one names, the other must have."""

from collections import Counter
from collections.abc import Container, Iterator

from mash.partnerships.faults import Step
from mash.partnerships.models import Profile
from mash.partnerships.rules import Answer, Indicator, Rule, leaves
from mash.partnerships.tools import COUNT, VALUES, Consequence, ToolFile, ToolQuestion
from mash.partnerships.vocabulary import FACTS

Fault = tuple[tuple[Step, ...], str]


def tool_faults(name: str, file: ToolFile, profile: Profile) -> Iterator[Fault]:
    """Every fault of one tool's file, with its place there."""
    yield from _questions(file)
    yield from _bands(file, profile)
    yield from _evidence(name, file)
    yield from _raises(file)
    yield from _consequences(file, profile)


def _questions(file: ToolFile) -> Iterator[Fault]:
    for key, question in file.questions.items():
        place = ("questions", key)
        if key.split("_")[0] == COUNT:
            yield place, f"a question's name may not begin with {COUNT}, which counts what is present"
        if bool(question.choices) is not (question.kind == "choice"):
            yield (*place, "choices"), "a question of the kind choice has choices, and no other has"
        if (question.at_least, question.at_most) != (None, None) and question.kind != "number":
            yield place, "only a number has limits"
        yield from _fact(place, question)
        yield from _rule((*place, "required_when"), question.required_when, file, counts=False)


def _fact(place: tuple[Step, ...], question: ToolQuestion) -> Iterator[Fault]:
    if question.fact is None:
        if question.feeds:
            yield (*place, "feeds"), "the question names no fact to feed"
    elif question.fact not in FACTS:
        yield (*place, "fact"), f"there is no fact called {question.fact}"
    elif question.kind == "words" or FACTS[question.fact][0] is not VALUES[question.kind]:
        yield (*place, "fact"), f"the fact {question.fact} is of another kind than the answer"


def _bands(file: ToolFile, profile: Profile) -> Iterator[Fault]:
    if file.otherwise is not None:
        yield from _known(("otherwise",), "band", file.otherwise, file.bands)
    for key, band in file.bands.items():
        if band.level is not None:
            yield from _known(("bands", key, "level"), "level", band.level, profile.levels)


def _evidence(name: str, file: ToolFile) -> Iterator[Fault]:
    seen = Counter(entry.id for entry in file.evidence)
    for number, entry in enumerate(file.evidence):
        place = ("evidence", number)
        if seen[entry.id] > 1:
            yield place, f"{entry.id} is given twice"
        if entry.id.split(".")[0] != name:
            yield place, f"{entry.id} stands in the tool {name}"
        if entry.band is not None:
            yield from _known((*place, "band"), "band", entry.band, file.bands)
        if entry.group is not None:
            yield from _known((*place, "group"), "group", entry.group, file.groups)
        yield from _rule((*place, "condition"), entry.condition, file, counts=False)


def _raises(file: ToolFile) -> Iterator[Fault]:
    for number, one in enumerate(file.raises):
        yield from _known(("raises", number, "to"), "band", one.to, file.bands)
        yield from _rule(("raises", number, "when"), one.when, file)


def _consequences(file: ToolFile, profile: Profile) -> Iterator[Fault]:
    for key, outcome in file.outcomes.items():
        yield from _consequence(("outcomes", key), outcome, file)
        if outcome.decision is not None:
            place = ("outcomes", key, "decision")
            yield from _known(place, "outcome", outcome.decision, profile.outcomes)
        elif outcome.required:
            yield ("outcomes", key, "required"), "what is required names the decision that it needs"
    for key, alert in file.alerts.items():
        yield from _known(("alerts", key), "alert", key, profile.alerts)
        yield from _consequence(("alerts", key), alert, file)
    for key, flag in file.flags.items():
        yield from _consequence(("flags", key), flag, file)


def _consequence(place: tuple[Step, ...], one: Consequence, file: ToolFile) -> Iterator[Fault]:
    for band in one.bands:
        yield from _known((*place, "bands"), "band", band, file.bands)
    yield from _rule((*place, "when"), one.when, file)


def _known(place: tuple[Step, ...], kind: str, name: str | int, known: Container[object]) -> Iterator[Fault]:
    if name not in known:
        yield place, f"there is no {kind} {name if kind == 'level' else f'called {name}'}"


def _rule(place: tuple[Step, ...], rule: Rule | None, file: ToolFile, counts: bool = True) -> Iterator[Fault]:
    """What a rule names that the tool does not have. `counts`: whether the evidence is counted by then."""
    for leaf in leaves(rule):
        if isinstance(leaf, Indicator) and (
            not counts or leaf.indicator not in {e.id for e in file.evidence}
        ):
            yield place, f"there is no evidence called {leaf.indicator} that this rule can ask for"
        if isinstance(leaf, Answer):
            yield from _answer(place, leaf, file, counts)


def _answer(place: tuple[Step, ...], leaf: Answer, file: ToolFile, counts: bool) -> Iterator[Fault]:
    counted = {COUNT, *(f"{COUNT}_{band}" for band in file.bands)} if counts else set()
    question = file.questions.get(leaf.answer)
    if question is None and leaf.answer not in counted:
        yield place, f"there is no question called {leaf.answer} that this rule can ask for"
    elif question is not None and question.kind == "words":
        yield place, f"the words of {leaf.answer} cannot be compared"
    elif not leaf.suits(VALUES[question.kind] if question else int):
        yield place, f"{leaf.answer} is compared with the wrong kind of value"
    elif question is not None and question.choices and leaf.equals not in question.choices:
        yield place, f"{leaf.answer} has no choice called {leaf.equals}"
