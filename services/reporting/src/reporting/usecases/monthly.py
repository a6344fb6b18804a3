"""The monthly report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import sqlalchemy as sa
from mash import partnerships
from mash.hub import Transaction
from mash.partnerships import Partnership

from reporting.domain.months import Month
from reporting.domain.report import ContactFigures, EnquiryFigures, MonthlyReport, PartnerFigures
from reporting.store import figures
from reporting.store.tables import contact, disagreement_stage, enquiry, notification, request


class Titled(Protocol):
    """Anything of a profile that has a title."""

    @property
    def title(self) -> str: ...


async def monthly_report(tx: Transaction, partnership: str, month: Month) -> MonthlyReport:
    """Return a month's figures for a partnership as they stand now.

    Contacts count in the month they were received, enquiries in the month they were opened, feedback in
    the month it was due, a disagreement at each stage in the month that the stage began.
    """
    profile = partnerships.get(partnership)
    return MonthlyReport(
        partnership=partnership,
        month=str(month),
        starts_at=month.starts_at,
        ends_at=month.ends_at,
        as_at=tx.now,
        **vars(await _contact_figures(tx, profile, month)),
        **vars(await _enquiry_figures(tx, profile, month)),
        **vars(await _partner_figures(tx, profile, month)),
    )


async def _contact_figures(tx: Transaction, profile: Partnership, month: Month) -> ContactFigures:
    received = figures.contacts_of(profile.name, month)
    sources = {source.code: source.title for source in profile.source_codes.values()}
    return ContactFigures(
        contacts=await figures.count(tx, contact, received),
        contact_source=await figures.count_by(tx, contact.c.source_code, received, sources),
        contact_channel=await figures.count_by(tx, contact.c.channel, received, _titles(profile.channels)),
        contact_timeliness=await figures.timeliness(
            tx,
            started=contact.c.received_at,
            due=contact.c.due_at,
            done=contact.c.decided_at,
            group=contact.c.rating,
            where=received,
            now=tx.now,
        ),
        contact_pathways=await figures.count_by(tx, contact.c.pathway, received, _titles(profile.pathways)),
        contacts_to_statutory_assessment=await figures.count_to_statutory_assessment(tx, received),
    )


async def _enquiry_figures(tx: Transaction, profile: Partnership, month: Month) -> EnquiryFigures:
    opened, outcome = figures.enquiries_of(profile.name, month), enquiry.c.outcome
    withdrawn = enquiry.c.withdrawn_at.is_not(None)
    return EnquiryFigures(
        enquiries=await figures.count(tx, enquiry, opened),
        enquiries_withdrawn=await figures.count(tx, enquiry, opened, withdrawn),
        enquiries_to_early_help=await figures.count(tx, enquiry, opened, outcome == "early_help"),
        enquiries_signposted_or_no_further_action=await figures.count(
            tx, enquiry, opened, outcome.in_(figures.SIGNPOSTED_OR_NONE)
        ),
        enquiry_timeliness=await figures.timeliness(
            tx,
            started=enquiry.c.opened_at,
            due=enquiry.c.due_at,
            done=enquiry.c.decided_at,
            group=enquiry.c.rating,
            where=sa.and_(opened, sa.not_(withdrawn)),
            now=tx.now,
        ),
        enquiry_outcomes=await figures.count_by(tx, outcome, opened, _titles(profile.outcomes)),
        rating_movement=await figures.movement(tx, opened),
    )


async def _partner_figures(tx: Transaction, profile: Partnership, month: Month) -> PartnerFigures:
    asked = figures.requests_of(profile.name, month)
    stage, begun = disagreement_stage.c, figures.stages_of(profile.name, month)
    return PartnerFigures(
        agency_timeliness=await figures.timeliness(
            tx,
            started=request.c.requested_at,
            due=request.c.due_at,
            done=sa.func.coalesce(request.c.returned_at, request.c.closed_at),
            group=request.c.agency,
            where=asked,
            now=tx.now,
        ),
        agency_answers=await figures.count_by(tx, request.c.answer, asked),
        feedback_timeliness=await figures.timeliness(
            tx,
            started=notification.c.since_at,
            due=notification.c.due_at,
            done=notification.c.sent_at,
            group=notification.c.purpose,
            where=figures.feedback_of(profile.name, month),
            now=tx.now,
        ),
        disagreement_timeliness=await figures.timeliness(
            tx,
            started=stage.began_at,
            due=stage.due_at,
            done=sa.func.coalesce(stage.answered_at, stage.left_at),
            group=stage.stage,
            where=begun,
            now=tx.now,
        ),
        disagreement_results=await figures.count_by(tx, stage.result, begun),
    )


def _titles(named: Mapping[str, Titled]) -> dict[str, str]:
    return {name: one.title for name, one in named.items()}
