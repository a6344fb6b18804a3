"""The monthly report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mash import partnerships
from mash.hub import Transaction
from mash.partnerships import Partnership

from reporting.domain.months import Month
from reporting.domain.report import (
    ContactFigures,
    EnquiryFigures,
    MonthlyReport,
    PartnerFigures,
    Timeliness,
)
from reporting.store import figures
from reporting.store.measures import (
    ANSWERS,
    CONTACTS,
    DISAGREEMENTS,
    ENQUIRIES,
    FEEDBACK,
    STANDING_ENQUIRIES,
    Column,
    Measure,
)
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
    received = CONTACTS.within(profile.name, month)
    return ContactFigures(
        contacts=await figures.count(tx, contact, received),
        contact_source=await figures.count_by(tx, contact.c.source_code, received, source_titles(profile)),
        contact_channel=await figures.count_by(tx, contact.c.channel, received, titles(profile.channels)),
        contact_timeliness=await _timeliness(tx, CONTACTS, profile, month, contact.c.rating),
        contact_pathways=await figures.count_by(tx, contact.c.pathway, received, titles(profile.pathways)),
        contacts_to_statutory_assessment=await figures.count(
            tx, contact, received, figures.to_statutory_assessment()
        ),
    )


async def _enquiry_figures(tx: Transaction, profile: Partnership, month: Month) -> EnquiryFigures:
    opened, outcome = ENQUIRIES.within(profile.name, month), enquiry.c.outcome
    return EnquiryFigures(
        enquiries=await figures.count(tx, enquiry, opened),
        enquiries_withdrawn=await figures.count(tx, enquiry, opened, enquiry.c.withdrawn_at.is_not(None)),
        enquiries_to_early_help=await figures.count(tx, enquiry, opened, outcome == "early_help"),
        enquiries_signposted_or_no_further_action=await figures.count(
            tx, enquiry, opened, outcome.in_(figures.SIGNPOSTED_OR_NONE)
        ),
        enquiry_timeliness=await _timeliness(tx, STANDING_ENQUIRIES, profile, month, enquiry.c.rating),
        enquiry_outcomes=await figures.count_by(tx, outcome, opened, titles(profile.outcomes)),
        rating_movement=await figures.movement(tx, opened),
        meeting_movement=await figures.movement_in_meetings(tx, profile.name, month),
    )


async def _partner_figures(tx: Transaction, profile: Partnership, month: Month) -> PartnerFigures:
    answered, begun = ANSWERS.within(profile.name, month), DISAGREEMENTS.within(profile.name, month)
    stage = disagreement_stage.c
    return PartnerFigures(
        agency_timeliness=await _timeliness(tx, ANSWERS, profile, month, request.c.agency),
        agency_answers=await figures.count_by(tx, request.c.answer, answered),
        feedback_timeliness=await _timeliness(tx, FEEDBACK, profile, month, notification.c.purpose),
        disagreement_timeliness=await _timeliness(tx, DISAGREEMENTS, profile, month, stage.stage),
        disagreement_results=await figures.count_by(tx, stage.result, begun),
    )


async def _timeliness(
    tx: Transaction, measure: Measure, profile: Partnership, month: Month, group: Column
) -> list[Timeliness]:
    found = await figures.timeliness(tx, measure, measure.within(profile.name, month), [group])
    return [found[key] for key in sorted(found)]


def titles(named: Mapping[str, Titled]) -> dict[str, str]:
    """Return what each of some things of a profile is called, in the profile's order."""
    return {name: one.title for name, one in named.items()}


def source_titles(profile: Partnership) -> dict[str, str]:
    """Return what each national code of a source is called."""
    return {source.code: source.title for source in profile.source_codes.values()}
