"""Which case is whose, as the audit has to know it."""

from __future__ import annotations

from mash.audit.cases import Cases

from notifications.store.tables import contact, notification, task

CASES = Cases(
    case=contact.c.contact_id,
    partnership=contact.c.partnership,
    by={
        "notification_id": (notification.c.id, notification.c.contact_id),
        "task_id": (task.c.id, task.c.contact_id),
        "contact_id": (contact.c.contact_id, contact.c.contact_id),
    },
)
