"""Reporting listens to every event about a contact that its figures are made of."""

from __future__ import annotations

from mash.messaging.handlers import Handler

from reporting.domain.folding import FOLDED
from reporting.usecases.project import record

HANDLERS = [Handler(event, record, takes_envelope=True) for event in FOLDED]
