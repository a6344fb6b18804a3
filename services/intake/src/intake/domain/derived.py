"""What follows from a contact's document and the partnership's rules, and is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mash.partnerships import Partnership

from intake.domain.completeness import what_is_missing
from intake.domain.dates import is_unborn
from intake.domain.referrers import is_professional, known_kind, may_write, source_code
from intake.domain.restriction import ALLEGATION


def derive(document: Mapping[str, Any], partnership: Partnership, kind: str = "form") -> dict[str, Any]:
    """Return the columns of a contact that its document decides.

    Nothing is missing from an allegation: what a good referral holds is about a child, and is kept off it.
    """
    referrer = document.get("referrer", {})
    referrer_kind = known_kind(referrer.get("kind"), partnership.source_codes)
    children = document.get("children", ())
    return {
        "referrer_kind": referrer_kind,
        "source_code": source_code(referrer_kind, partnership.source_codes),
        "is_professional": is_professional(referrer, referrer_kind),
        "may_write": may_write(referrer),
        "child_count": len(children),
        "unborn": any(is_unborn(child) for child in children),
        "immediate_danger": bool(document.get("concern", {}).get("immediate_danger")),
        "missing": []
        if kind == ALLEGATION
        else [
            item.id
            for item in what_is_missing(document, partnership.completeness, _rationale_needed(partnership))
        ],
    }


def _rationale_needed(partnership: Partnership) -> frozenset[str]:
    return frozenset(id for id, option in partnership.consent_options.items() if option.rationale_needed)
