"""Callers, their roles and scopes, and the tokens that they sign in with."""

from mash.access.callers import Caller
from mash.access.dependencies import (
    AgencyLead,
    Analyst,
    Anyone,
    CaseKeeper,
    Challenger,
    ContactOfficer,
    Contributor,
    DataProtectionOfficer,
    FromEnquiry,
    FromNotifications,
    FromScreening,
    HubStaff,
    Mailbox,
    Manager,
    Ops,
    Referrer,
    Researcher,
    Screener,
    SocialWorker,
    StaffMember,
)
from mash.access.roles import Role
from mash.access.tokens import NotSignedIn, TokenVerifier

__all__ = [
    "AgencyLead",
    "Analyst",
    "Anyone",
    "Caller",
    "CaseKeeper",
    "Challenger",
    "ContactOfficer",
    "Contributor",
    "DataProtectionOfficer",
    "FromEnquiry",
    "FromNotifications",
    "FromScreening",
    "HubStaff",
    "Mailbox",
    "Manager",
    "NotSignedIn",
    "Ops",
    "Referrer",
    "Researcher",
    "Role",
    "Screener",
    "SocialWorker",
    "StaffMember",
    "TokenVerifier",
]
