"""Who is asking, as a verified access token says."""

from dataclasses import dataclass

from mash.access.roles import SERVICES, Role


@dataclass(frozen=True)
class Caller:
    """A signed-in person or service.

    ``subject`` is the issuer's identifier and the only part that may be logged. ``partnerships`` is the
    scope: every query on a record goes through it, so that a record outside it is not found.
    """

    subject: str
    roles: frozenset[Role]
    partnerships: frozenset[str]
    agency: str | None = None

    @property
    def is_service(self) -> bool:
        """Whether this is one of the hub's own services and not a person."""
        return bool(self.roles & SERVICES)

    def has(self, role: Role) -> bool:
        """Whether the caller holds this very role; what a role opens is in ``mash.access.roles``."""
        return role in self.roles

    def may_see(self, partnership: str) -> bool:
        """Whether records of this partnership exist as far as the caller may know."""
        return partnership in self.partnerships
