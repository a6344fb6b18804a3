"""The dashboard and the alerts ask only for what the services really measure."""

import importlib
import re

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from support.compose import serving
from support.promql import OWN_LABELS, OWN_METRICS, ROOT, Query, panels, queries, rules, uses
from support.services import Services

# What each metric is told apart by; a label that is not here is on no graph, and on no metric either.
LABELS = {
    "mash_contacts_received": {"partnership", "source_code", "channel"},
    "mash_contacts_decided": {"partnership", "rating", "pathway", "in_time"},
    "mash_contact_decision_seconds": {"partnership", "rating"},
    "mash_contacts_open": {"partnership", "rating"},
    "mash_contacts_overdue": {"partnership", "rating"},
    "mash_enquiries_open": {"partnership", "rating"},
    "mash_enquiries_overdue": {"partnership", "rating"},
    "mash_enquiry_decision_seconds": {"partnership", "rating"},
    "mash_enquiries_decided": {"partnership", "rating", "outcome", "in_time"},
    "mash_agency_returns": {"partnership", "agency", "rating", "answer", "in_time"},
    "mash_agency_return_seconds": {"partnership", "agency", "rating"},
    "mash_agency_requests_open": {"partnership", "agency", "rating"},
    "mash_agency_requests_overdue": {"partnership", "agency", "rating"},
    "mash_feedback": {"partnership", "purpose", "in_time"},
    "mash_disagreements_open": {"partnership", "stage"},
    "mash_disagreements_overdue": {"partnership", "stage"},
    "mash_disagreements_answered": {"partnership", "stage", "result", "in_time"},
    "mash_rating_movement": {"partnership", "first", "final"},
    "mash_http_requests": {"service", "method", "route", "status"},
    "mash_http_request_seconds": {"service", "method", "route"},
    "mash_outbox_unsent": {"service"},
    "mash_outbox_oldest_seconds": {"service"},
    "mash_events_handled": {"service", "event", "result"},
    "mash_dead_letters": {"service"},
    "mash_timers_overdue": {"service"},
    "mash_bus_errors": {"service"},
    "mash_webhooks": {"result"},
    "mash_webhooks_undelivered": {"status"},
}
SUFFIXES = re.compile(r"_(total|bucket|sum|count|created)$")


def defined_labels() -> dict[str, set[str]]:
    """The labels of every metric of ours that this process has defined, by the metric's name."""
    found: dict[str, set[str]] = {}
    for collector, names in REGISTRY._collector_to_names.items():
        families = collector.describe() if hasattr(collector, "describe") else []
        own = {one.name: set(getattr(one, "_labelnames", ())) for one in families}
        shared = set(getattr(collector, "_labelnames", ()))
        found |= {name: own.get(name) or shared for name in {family(name) for name in names}}
    return {name: labels for name, labels in found.items() if name.startswith("mash_")}


def family(metric: str) -> str:
    return metric if metric in LABELS else SUFFIXES.sub("", metric)


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.where)
def test_every_query_is_read_by_prometheus(query: Query) -> None:
    assert uses(query), f"{query.where} asks for no metric at all."


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.where)
def test_every_query_picks_by_labels_the_metric_has(query: Query) -> None:
    for use in uses(query):
        if use.metric in OWN_METRICS:
            continue
        assert family(use.metric) in LABELS, f"{use.where} asks for {use.metric}, which nothing measures."
        strange = use.labels - LABELS[family(use.metric)] - OWN_LABELS
        assert not strange, f"{use.where} picks {use.metric} by {sorted(strange)}, which it does not have."


@pytest.mark.requirement("REP-02")
async def test_the_services_define_every_metric_that_is_asked_for(service: Services) -> None:
    async with service("reporting") as client:
        answer = await client.get("/metrics")
    defined = {family.name for family in text_string_to_metric_families(answer.text)}
    asked = {family(use.metric) for query in queries() for use in uses(query)} - OWN_METRICS
    assert asked <= defined, (
        f"The dashboard or an alert asks for {sorted(asked - defined)}, which no service defines: "
        "the panel would stay empty, and the alert silent, without anybody noticing."
    )


def test_every_metric_is_told_apart_by_the_labels_written_here() -> None:
    for service in ("reporting", "partner_gateway"):
        importlib.import_module(f"{service}.main")
    assert defined_labels() == LABELS


@pytest.mark.requirement("REP-02")
def test_the_dashboard_answers_each_question_about_time() -> None:
    asked = {use.metric for query in queries() if query.where.startswith("panel") for use in uses(query)}
    assert {
        "mash_contacts_overdue",
        "mash_enquiries_overdue",
        "mash_agency_requests_overdue",
        "mash_contacts_decided_total",
        "mash_enquiries_decided_total",
        "mash_agency_returns_total",
        "mash_contact_decision_seconds_bucket",
        "mash_enquiry_decision_seconds_bucket",
        "mash_agency_return_seconds_bucket",
        "mash_feedback_total",
        "mash_dead_letters",
        "mash_outbox_oldest_seconds",
    } <= asked


def test_the_dashboard_opens_on_this_month_in_london() -> None:
    dashboard = yaml.safe_load((ROOT / "deploy/grafana/timeliness.json").read_text(encoding="utf-8"))
    assert dashboard["time"] == {"from": "now/M", "to": "now"}
    assert dashboard["timezone"] == "Europe/London"


def test_panels_do_not_lie_on_one_another() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in panels():
        at = panel["gridPos"]
        for place in (
            (x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
        ):
            assert place not in taken, f"{panel['title']!r} lies on {taken[place]!r}."
            assert place[0] < 24, f"{panel['title']!r} runs off the right-hand edge."
            taken[place] = panel["title"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_says_to_whom_and_how_bad(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in {"urgent", "warning"}
    assert rule["labels"]["audience"] in {"people", "system"}
    assert rule["annotations"]["summary"].endswith(".")


def test_an_alert_names_only_labels_its_query_leaves() -> None:
    for rule in rules():
        named = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        kept = {label for use in uses(Query(rule["alert"], rule["expr"])) for label in _left(use.metric)}
        assert named <= kept, f"{rule['alert']} names {sorted(named - kept)}, which would print as nothing."


def _left(metric: str) -> set[str]:
    return {"instance", "job"} if metric in OWN_METRICS else LABELS[family(metric)]


def test_prometheus_scrapes_every_service() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    scraped = {
        target.removesuffix(":8080")
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    assert scraped == set(serving())
