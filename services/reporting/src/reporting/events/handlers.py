"""Reporting listens to every event about a contact that its figures are made of.

It also keeps how far each service has signed its audit, as a store that those services do not reach.
"""

from __future__ import annotations

from mash.audit.witnesses import keep_signed
from mash.contracts.intake import AccessChanged, ContactErased
from mash.contracts.shared import AuditSigned
from mash.messaging.handlers import Handler

from reporting.domain.folding import FOLDED
from reporting.usecases.erasing import forget
from reporting.usecases.project import record, record_access

HANDLERS = [
    *(Handler(event, record, takes_envelope=True) for event in FOLDED if event is not AccessChanged),
    Handler(AccessChanged, record_access, takes_envelope=True),
    Handler(AuditSigned, keep_signed),
    Handler(ContactErased, forget),
]
