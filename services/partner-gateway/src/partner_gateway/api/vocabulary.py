"""The words that an answer is put in, for whatever shows a researcher their choices."""

from __future__ import annotations

from fastapi import APIRouter
from mash.access import Researcher

from partner_gateway.api.views import View
from partner_gateway.domain.vocabulary import (
    CAVEATS,
    IDENTIFIERS,
    LAWFUL_BASES,
    WITHHELD_REASONS,
    Basis,
    Caveat,
    Identifier,
    LawfulBasis,
    WithheldReason,
)

router = APIRouter(prefix="/v1/vocabulary", tags=["vocabulary"])


class Vocabulary(View):
    """Each word by its id, with what it means."""

    lawful_bases: dict[LawfulBasis, Basis]
    caveats: dict[Caveat, str]
    withheld_reasons: dict[WithheldReason, str]
    identifiers: dict[Identifier, str]


@router.get("")
async def get_vocabulary(_caller: Researcher) -> Vocabulary:
    """Give the lawful bases with their citations, the caveats, and the reasons to keep something back."""
    return Vocabulary(
        lawful_bases=LAWFUL_BASES,
        caveats=CAVEATS,
        withheld_reasons=WITHHELD_REASONS,
        identifiers=IDENTIFIERS,
    )
