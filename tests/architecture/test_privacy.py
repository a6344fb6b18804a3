"""No name, date of birth, address or free text gets into a metric or a log line, by the look of it."""

import ast
import re

import pytest
from prometheus_client import REGISTRY
from support.architecture import ALL_SERVICES, application, trees
from support.deployment import ROOT

# Everything that is measured by. A label of another name is looked at by a person before it is added here.
LABELS = {
    "agency",
    "answer",
    "channel",
    "event",
    "final",
    "first",
    "in_time",
    "method",
    "outcome",
    "partnership",
    "pathway",
    "purpose",
    "rating",
    "result",
    "route",
    "service",
    "source_code",
    "stage",
    "status",
}
PERSONAL = re.compile(
    r"^(name|.*_name|given|family|surname|dob|.*birth.*|.*address|postcode|nhs.*|phone|telephone|e?mail|text|body|"
    r"payload|message|detail|narrative|concern|note|subject_line|person|child|children|adult|referrer|form|contact)$"
)
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
SOURCES = [ROOT / "libs", ROOT / "services"]


def log_calls() -> list[tuple[str, ast.Call]]:
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for folder in SOURCES
        for path, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_log_call(node)
    ]


def _is_log_call(node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and ast.unparse(function.value).rsplit(".", 1)[-1] in {"log", "logger", "_log"}
    )


@pytest.mark.requirement("SEAL-09")
def test_nothing_is_measured_by_what_could_be_a_person() -> None:
    for service in ALL_SERVICES:
        application(service)
    measured = {
        (name, label)
        for collector, names in REGISTRY._collector_to_names.items()
        for label in getattr(collector, "_labelnames", ())
        for name in names
        if name.startswith("mash_")
    }
    strange = sorted({f"{name} by {label}" for name, label in measured if label not in LABELS})
    assert measured
    assert not strange, f"{strange}: measure by classes of things, never by a person or a case."


@pytest.mark.requirement("SEAL-09")
def test_every_log_line_is_a_static_name_with_fields() -> None:
    shaped = re.compile(r"[a-z][a-z0-9_]*")
    for where, call in log_calls():
        event = call.args[0] if call.args else None
        static = (
            isinstance(event, ast.Constant) and shaped.fullmatch(str(event.value)) and len(call.args) == 1
        )
        assert static, f"{where}: log a static event name such as 'contact_received', with ids as fields."


@pytest.mark.requirement("SEAL-09")
def test_no_log_field_is_personal_by_its_name() -> None:
    for where, call in log_calls():
        personal = [one.arg for one in call.keywords if one.arg and PERSONAL.match(one.arg)]
        assert not personal, f"{where} logs {personal}. Log the id of the record instead."


def _is_exception(value: ast.expr) -> bool:
    return bool(re.fullmatch(r"(str|repr)\((error|exc|exception|e)\)|error|exc|e", ast.unparse(value)))


@pytest.mark.requirement("SEAL-09")
def test_no_log_line_repeats_an_exception_s_words() -> None:
    for where, call in log_calls():
        repeated = [one.arg for one in call.keywords if one.arg == "exc_info" or _is_exception(one.value)]
        assert not repeated, (
            f"{where}: an exception's words may hold what somebody typed. Log `describe(error)` instead."
        )


def test_log_lines_are_found_at_all() -> None:
    assert len(log_calls()) > 10
