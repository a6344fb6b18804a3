"""Which roles there are, and which of them each door of the hub opens to.

``MAY_CALL`` is the only place where roles and doors meet. Its keys are the names of the parameter types
in ``mash.access`` that a route carries in its signature (``manager: Manager``). Three rules run through it:

- Whoever leads a desk may also do the desk's work: a manager stands in for a contact officer or a social
  worker, and an agency's lead for its researchers.
- Need to know comes first: an analyst, the operations staff and the data protection officer are not
  `HubStaff`, and open no contact.
- A service is no person, and no service is another: each has a role of its own, opens no person's door but
  `Anyone`, and of the doors for services only that which names it (`FromScreening`).

`MAY_ASK` says which service may get a token for which other one at all.

`CaseKeeper` says for whom a case is open, and `StaffMember` is whoever has tasks at the hub; neither opens a
contact's words.

`Researcher` and `AgencyLead` are further held to the agency whose gateway is asked. `Challenger` is the one
door of the hub that an agency's lead may call: any professional may challenge what was decided.
"""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is at the hub, as the token's ``roles`` claim spells it."""

    REFERRER = "referrer"
    MAILBOX = "mailbox"
    CONTACT_OFFICER = "contact_officer"
    SOCIAL_WORKER = "social_worker"
    MANAGER = "manager"
    RESEARCHER = "researcher"
    AGENCY_LEAD = "agency_lead"
    ANALYST = "analyst"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    OPS = "ops"
    INTAKE_SERVICE = "service_intake"
    SCREENING_SERVICE = "service_screening"
    ENQUIRY_SERVICE = "service_enquiry"
    NOTIFICATIONS_SERVICE = "service_notifications"


EVERYBODY: Final = frozenset(Role)

SERVICE_ROLES: Final[dict[str, Role]] = {
    "intake": Role.INTAKE_SERVICE,
    "screening": Role.SCREENING_SERVICE,
    "enquiry": Role.ENQUIRY_SERVICE,
    "notifications": Role.NOTIFICATIONS_SERVICE,
}
SERVICES: Final = frozenset(SERVICE_ROLES.values())

MAY_ASK: Final[dict[str, tuple[str, ...]]] = {
    "intake": ("screening", "enquiry", "notifications"),
    "screening": ("intake",),
    "enquiry": ("intake",),
    "notifications": ("intake",),
}

MAY_CALL: Final[dict[str, frozenset[Role]]] = {
    "Referrer": frozenset({Role.REFERRER}),
    "Contributor": frozenset({Role.REFERRER, Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER}),
    "Challenger": frozenset(
        {Role.REFERRER, Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER, Role.AGENCY_LEAD}
    ),
    "Mailbox": frozenset({Role.MAILBOX, Role.CONTACT_OFFICER, Role.MANAGER}),
    "ContactOfficer": frozenset({Role.CONTACT_OFFICER, Role.MANAGER}),
    "SocialWorker": frozenset({Role.SOCIAL_WORKER, Role.MANAGER}),
    "Manager": frozenset({Role.MANAGER}),
    "Screener": frozenset({Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER}),
    "HubStaff": frozenset({Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER}),
    "Researcher": frozenset({Role.RESEARCHER, Role.AGENCY_LEAD}),
    "AgencyLead": frozenset({Role.AGENCY_LEAD}),
    "Analyst": frozenset({Role.ANALYST, Role.MANAGER}),
    "DataProtectionOfficer": frozenset({Role.DATA_PROTECTION_OFFICER}),
    "CaseKeeper": frozenset({Role.MANAGER, Role.DATA_PROTECTION_OFFICER}),
    "StaffMember": frozenset(
        {Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER, Role.DATA_PROTECTION_OFFICER}
    ),
    "Ops": frozenset({Role.OPS}),
    "FromIntake": frozenset({Role.INTAKE_SERVICE}),
    "FromScreening": frozenset({Role.SCREENING_SERVICE}),
    "FromEnquiry": frozenset({Role.ENQUIRY_SERVICE}),
    "FromNotifications": frozenset({Role.NOTIFICATIONS_SERVICE}),
    "Anyone": EVERYBODY,
}
