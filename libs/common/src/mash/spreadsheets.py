"""What leaves for a spreadsheet, which would run some texts as formulas."""

from __future__ import annotations

from typing import Any


def safe_cell(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    if not isinstance(cell, str):
        return cell
    # Spreadsheets pass over space before the sign.
    risky = cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if risky else cell
