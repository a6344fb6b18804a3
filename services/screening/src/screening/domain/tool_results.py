"""What is kept of the use of a special tool. It stays as it was, whatever becomes of the tool's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mash.partnerships.assessment import Assessment
from mash.partnerships.rules import Value


@dataclass(frozen=True)
class ToolResult:
    """One use of a tool, by whom and when, on one child or, where ``child`` is None, on the contact.

    ``version`` is that of the tool's data. ``told`` says who is told of each alert, and ``feeds`` holds the
    answers that stand for facts in the criteria for an enquiry.
    """

    tool: str
    child: str | None
    title: str
    version: str
    source: str
    band_title: str | None
    assessment: Assessment
    told: Mapping[str, str]
    feeds: Mapping[str, Value]
    by: str
    at: datetime
