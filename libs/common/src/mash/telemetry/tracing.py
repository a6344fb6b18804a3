"""Traces, which follow a contact from its arrival through the bus to the last figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("mash")


def configure(service: str, otlp_endpoint: str | None) -> None:
    """Set up tracing for this process. Without an endpoint, trace ids still travel and nothing is sent."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(provider)


def traceparent() -> str | None:
    """Return the current span as a W3C ``traceparent``, or None outside a trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def span(name: str, parent: str | None = None, **attributes: str | int) -> Iterator[trace.Span]:
    """Open a span as a child of the W3C ``parent``. Attributes are ids, names of routes and counts only."""
    context = _propagator.extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context=context, attributes=attributes, record_exception=False
    ) as current:
        yield current
