"""What the dashboard and the alert rules ask of Prometheus: every query, and every metric and label in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import yaml

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy/grafana/timeliness.json"
RULES = ROOT / "deploy/prometheus/rules.yml"

# Grafana fills these in before it asks; any length of time parses.
GRAFANA_SPANS = re.compile(r"\$__(range|rate_interval|interval)")
# Made by Prometheus itself, of every target.
OWN_METRICS = {"up"}
OWN_LABELS = {"instance", "job", "pod", "le"}


@dataclass(frozen=True)
class Query:
    where: str
    text: str

    def parse(self) -> promql_parser.Expr:
        return promql_parser.parse(GRAFANA_SPANS.sub("1h", self.text))


@dataclass(frozen=True)
class Use:
    """One place in which a query names a metric, with the labels it picks by."""

    where: str
    metric: str
    labels: frozenset[str]


def queries() -> list[Query]:
    return [*_panel_queries(), *_variable_queries(), *_rule_queries()]


def panels() -> list[dict[str, Any]]:
    dashboard: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def uses(query: Query) -> list[Use]:
    """Every metric the query names. Labels it groups by count as well: one that is not there is empty."""
    found: list[Use] = []

    def visit(expression: promql_parser.Expr, labels: frozenset[str]) -> None:
        if isinstance(expression, promql_parser.VectorSelector):
            own = {matcher.name for matcher in expression.matchers.matchers}
            found.append(Use(query.where, expression.name or "", labels | own))
        for child, grouped_by in _children(expression):
            visit(child, labels | grouped_by)

    visit(query.parse(), frozenset())
    return found


def _children(expression: Any) -> Iterator[tuple[promql_parser.Expr, frozenset[str]]]:
    grouped_by = frozenset[str]()
    if isinstance(expression, promql_parser.AggregateExpr) and expression.modifier is not None:
        modifier = expression.modifier
        if modifier.type == promql_parser.AggModifierType.By:
            grouped_by = frozenset(modifier.labels)
    for name in ("expr", "lhs", "rhs", "vector_selector"):
        child = getattr(expression, name, None)
        if child is not None:
            yield child, grouped_by
    for child in getattr(expression, "args", ()):
        yield child, grouped_by


def _panel_queries() -> list[Query]:
    return [
        Query(f"panel {panel['title']!r}", target["expr"])
        for panel in panels()
        for target in panel["targets"]
    ]


def _variable_queries() -> list[Query]:
    """A variable's choices come from ``label_values(metric, label)``, which only Grafana understands."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [
        Query(f"variable {variable['name']!r}", _label_values(variable["definition"]))
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    ]


def _label_values(definition: str) -> str:
    found = re.fullmatch(r"label_values\((\w+), (\w+)\)", definition)
    assert found, f"{definition} is not of the form label_values(metric, label)"
    return f"group by ({found[2]}) ({found[1]})"


def _rule_queries() -> list[Query]:
    return [Query(f"alert {rule['alert']!r}", rule["expr"]) for rule in rules()]
