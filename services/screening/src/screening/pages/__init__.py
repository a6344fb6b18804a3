"""The pages of screening: the board, the screening of one contact, and disagreements."""

from typing import Final

from screening.pages import board, decision, disagreements, findings, screening, tools, writing

PAGES: Final = (
    board.router,
    screening.router,
    findings.router,
    decision.router,
    writing.router,
    tools.router,
    disagreements.router,
)
