"""The agency desk: pages of the agency's own, which know no page of the hub's."""

from __future__ import annotations

from typing import Final

from partner_gateway.pages import (
    answers,
    desk,
    discussions,
    ledger,
    records,
    releases,
    requests,
    searching,
    systems,
    witness,
)

PAGES: Final = (
    desk.router,
    requests.router,
    searching.router,
    answers.router,
    ledger.router,
    releases.router,
    discussions.router,
    records.router,
    systems.router,
    witness.router,
)
