"""Which roles there are, and which of them each door of the hub opens to.

``MAY_CALL`` is the only place where roles and doors meet. Its keys are the names of the parameter types
in ``mash.access`` that a route carries in its signature (``manager: Manager``). Three rules run through it:

- Whoever leads a desk may also do the desk's work: a manager stands in for a contact officer or a social
  worker, and an agency's lead for its researchers.
- Need to know comes first: an analyst, the operations staff and the data protection officer are not
  `HubStaff`, and open no contact.
- A service is no person: `ServiceCaller` is opened by nobody else, and a service opens no person's door
  but `Anyone`.

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
    SERVICE = "service"


EVERYBODY: Final = frozenset(Role)

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
    "Ops": frozenset({Role.OPS}),
    "ServiceCaller": frozenset({Role.SERVICE}),
    "Anyone": EVERYBODY,
}
