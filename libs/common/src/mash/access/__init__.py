"""Callers, their roles and scopes, and the tokens that they sign in with."""

from mash.access.callers import Caller
from mash.access.dependencies import (
    AgencyLead,
    Analyst,
    Anyone,
    Challenger,
    ContactOfficer,
    Contributor,
    DataProtectionOfficer,
    HubStaff,
    Mailbox,
    Manager,
    Ops,
    Referrer,
    Researcher,
    Screener,
    ServiceCaller,
    SocialWorker,
)
from mash.access.roles import Role
from mash.access.tokens import NotSignedIn, TokenVerifier

__all__ = [
    "AgencyLead",
    "Analyst",
    "Anyone",
    "Caller",
    "Challenger",
    "ContactOfficer",
    "Contributor",
    "DataProtectionOfficer",
    "HubStaff",
    "Mailbox",
    "Manager",
    "NotSignedIn",
    "Ops",
    "Referrer",
    "Researcher",
    "Role",
    "Screener",
    "ServiceCaller",
    "SocialWorker",
    "TokenVerifier",
]
