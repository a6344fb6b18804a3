"""The monthly report."""

from __future__ import annotations

import sqlalchemy as sa
from mash import partnerships
from mash.hub import Transaction

from reporting.domain.months import Month
from reporting.domain.report import MonthlyReport
from reporting.store import figures
from reporting.store.tables import contact, enquiry, notification, request


async def monthly_report(tx: Transaction, partnership: str, month: Month) -> MonthlyReport:
    """Return a month's figures for a partnership as they stand now.

    Contacts count in the month they were received, enquiries in the month they were opened, feedback in
    the month it was due.
    """
    profile = partnerships.get(partnership)
    contacts = figures.contacts_of(partnership, month)
    enquiries = figures.enquiries_of(partnership, month)
    kept_on = sa.and_(enquiries, enquiry.c.withdrawn_at.is_(None))
    requests = figures.requests_of(partnership, month)
    outcome_titles = {name: outcome.title for name, outcome in profile.outcomes.items()}
    return MonthlyReport(
        partnership=partnership,
        month=str(month),
        starts_at=month.starts_at,
        ends_at=month.ends_at,
        as_at=tx.now,
        contacts=await figures.count(tx, contact, contacts),
        contact_source=await figures.count_by(tx, contact.c.source_code, contacts, _source_titles(profile)),
        contact_channel=await figures.count_by(
            tx, contact.c.channel, contacts, {name: one.title for name, one in profile.channels.items()}
        ),
        contact_timeliness=await figures.timeliness(
            tx,
            started=contact.c.received_at,
            due=contact.c.due_at,
            done=contact.c.decided_at,
            group=contact.c.rating,
            where=contacts,
            now=tx.now,
        ),
        enquiry_timeliness=await figures.timeliness(
            tx,
            started=enquiry.c.opened_at,
            due=enquiry.c.due_at,
            done=enquiry.c.decided_at,
            group=enquiry.c.rating,
            where=kept_on,
            now=tx.now,
        ),
        enquiries=await figures.count(tx, enquiry, enquiries),
        enquiries_withdrawn=await figures.count(tx, enquiry, enquiries, enquiry.c.withdrawn_at.is_not(None)),
        enquiries_to_early_help=await figures.count(
            tx, enquiry, enquiries, enquiry.c.outcome == "early_help"
        ),
        contacts_to_statutory_assessment=await figures.count_to_statutory_assessment(tx, contacts),
        enquiries_signposted_or_no_further_action=await figures.count(
            tx, enquiry, enquiries, enquiry.c.outcome.in_(figures.SIGNPOSTED_OR_NONE)
        ),
        contact_pathways=await figures.count_by(
            tx, contact.c.pathway, contacts, {name: one.title for name, one in profile.pathways.items()}
        ),
        enquiry_outcomes=await figures.count_by(tx, enquiry.c.outcome, enquiries, outcome_titles),
        rating_movement=await figures.movement(tx, enquiries),
        agency_timeliness=await figures.timeliness(
            tx,
            started=request.c.requested_at,
            due=request.c.due_at,
            done=sa.func.coalesce(request.c.returned_at, request.c.closed_at),
            group=request.c.agency,
            where=requests,
            now=tx.now,
        ),
        agency_answers=await figures.count_by(tx, request.c.answer, requests),
        feedback_timeliness=await figures.timeliness(
            tx,
            started=notification.c.since_at,
            due=notification.c.due_at,
            done=notification.c.sent_at,
            group=notification.c.purpose,
            where=figures.feedback_of(partnership, month),
            now=tx.now,
        ),
    )


def _source_titles(profile: partnerships.Partnership) -> dict[str, str]:
    return {source.code: source.title for source in profile.source_codes.values()}
