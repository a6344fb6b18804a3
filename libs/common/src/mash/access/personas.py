"""The fictitious people and systems that the development issuer knows. None of them exists.

``HUB_PERSONAS`` work at the hub or write to it; each agency has the two in ``AGENCY_PERSONAS``, with the
agency's name at the end of theirs. ``ops`` also looks after the agencies' gateways, and an agency's lead may
challenge what the hub decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mash.access.audiences import HUB_AUDIENCE, agency_audience, service_audience
from mash.access.roles import MAY_ASK, SERVICE_ROLES, Role

HUB_PERSONAS: Final[dict[str, frozenset[Role]]] = {
    "referrer-school": frozenset({Role.REFERRER}),
    "portal": frozenset({Role.REFERRER}),
    "mailbox": frozenset({Role.MAILBOX}),
    "officer": frozenset({Role.CONTACT_OFFICER}),
    "worker": frozenset({Role.SOCIAL_WORKER}),
    "manager": frozenset({Role.MANAGER}),
    "analyst": frozenset({Role.ANALYST}),
    "dpo": frozenset({Role.DATA_PROTECTION_OFFICER}),
    "ops": frozenset({Role.OPS}),
}
AGENCY_PERSONAS: Final[dict[str, frozenset[Role]]] = {
    "researcher": frozenset({Role.RESEARCHER}),
    "lead": frozenset({Role.AGENCY_LEAD}),
}


@dataclass(frozen=True)
class Client:
    """Somebody who may get a token; the first of ``audiences`` is meant where the request names none."""

    client_id: str
    roles: frozenset[Role]
    audiences: tuple[str, ...]
    agency: str | None = None


def service_client_id(service: str) -> str:
    """The client id of a service at the development issuer."""
    return f"service-{service}"


def all_clients(agencies: Iterable[str]) -> dict[str, Client]:
    """Every persona, and each service that asks another, by client id."""
    gateways = tuple(agency_audience(agency) for agency in agencies)
    hub = [
        Client(name, roles, (HUB_AUDIENCE, *gateways) if Role.OPS in roles else (HUB_AUDIENCE,))
        for name, roles in HUB_PERSONAS.items()
    ]
    agency_staff = [
        Client(f"{name}-{agency}", roles, _agency_audiences(agency, roles), agency)
        for agency in agencies
        for name, roles in AGENCY_PERSONAS.items()
    ]
    machines = [
        Client(service_client_id(name), frozenset({SERVICE_ROLES[name]}), tuple(map(service_audience, asked)))
        for name, asked in MAY_ASK.items()
    ]
    return {client.client_id: client for client in (*hub, *agency_staff, *machines)}


def _agency_audiences(agency: str, roles: frozenset[Role]) -> tuple[str, ...]:
    own = agency_audience(agency)
    return (own, HUB_AUDIENCE) if Role.AGENCY_LEAD in roles else (own,)
