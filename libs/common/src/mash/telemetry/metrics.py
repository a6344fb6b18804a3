"""The metrics that every service has. Labels are names of routes, events and services, never of people."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

http_requests = Counter("mash_http_requests", "Requests answered.", ["service", "method", "route", "status"])
http_seconds = Histogram(
    "mash_http_request_seconds",
    "Time to answer a request.",
    ["service", "method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
outbox_unsent = Gauge("mash_outbox_unsent", "Messages waiting to be published.", ["service"])
outbox_oldest = Gauge("mash_outbox_oldest_seconds", "Age of the oldest waiting message.", ["service"])
events_handled = Counter(
    "mash_events_handled", "Messages handled, by what became of them.", ["service", "event", "result"]
)
dead_letters = Gauge("mash_dead_letters", "Messages set aside and not yet replayed.", ["service"])
timers_overdue = Gauge("mash_timers_overdue", "Timers due over a minute ago and not yet fired.", ["service"])
bus_errors = Counter("mash_bus_errors", "Errors told by the message bus.", ["service"])
