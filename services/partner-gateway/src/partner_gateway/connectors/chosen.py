"""Which outside system a gateway searches beside its own records."""

from __future__ import annotations

from collections.abc import Callable

from partner_gateway.connectors.agency_system import AgencySystem
from partner_gateway.connectors.connector import OutsideConnector
from partner_gateway.connectors.fhir import FhirConnector
from partner_gateway.connectors.rest import RestConnector
from partner_gateway.settings import Settings

_OUTSIDE: dict[str, Callable[[AgencySystem], OutsideConnector]] = {
    "rest": RestConnector,
    "fhir": FhirConnector,
}


def outside_connector(settings: Settings) -> OutsideConnector | None:
    """The connector that is set, if any. The token is read anew, so that a file of it can be changed."""
    make = _OUTSIDE.get(settings.connector)
    if make is None:
        return None
    file = settings.connector_token_file
    token = file.read_text(encoding="utf-8").strip() if file else settings.connector_token
    return make(AgencySystem(settings.connector_url, token, settings.connector_timeout_seconds))
