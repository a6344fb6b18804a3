"""Which case is whose, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from enquiry.store.tables import agenda_item, audited_case, enquiry, meeting_action

CASES = Cases(
    case=enquiry.c.contact_id,
    partnership=enquiry.c.partnership,
    by={
        "id": (enquiry.c.id, enquiry.c.contact_id),
        "contact_id": (enquiry.c.contact_id, enquiry.c.contact_id),
        "agenda_item_id": (agenda_item.c.id, agenda_item.c.contact_id),
        "meeting_action_id": (meeting_action.c.id, meeting_action.c.contact_id),
        "audited_case_id": (audited_case.c.id, audited_case.c.contact_id),
    },
)
