"""PDF attachments, read by a limited process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from intake.reading.blocks import Block, Line, lines_of
from intake.reading.word import UnreadableDocument

_SECONDS = 15
_MOST_BYTES = 30_000_000


def read_pdf(content: bytes) -> list[Block]:
    """The lines of every page as they stand on it, then the filled-in fields. Raises UnreadableDocument."""
    if len(content) > _MOST_BYTES:
        raise UnreadableDocument("larger than is safe to open")
    found = _ask_worker(content)
    if "fault" in found:
        raise UnreadableDocument(str(found["fault"]))
    blocks: list[Block] = [line for page in found["pages"] for line in lines_of(page)]
    blocks.extend(Line(f"{label}: {value}") for label, value in found["fields"].items())
    if not any(isinstance(block, Line) and block.text.strip() for block in blocks):
        raise UnreadableDocument("a picture of a page, with no text in it")
    if found["cut"]:
        raise UnreadableDocument("longer than is read here")
    return blocks


def _ask_worker(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "intake.reading.pdf_worker"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError) as fault:
        raise UnreadableDocument("damaged, or too much for the reader") from fault
    return found if isinstance(found, dict) else {"fault": "damaged, or too much for the reader"}
