"""Runs alone in a process of its own: a PDF on standard input, its text as JSON on standard output.

It limits itself before it looks at the file, so that a hostile file hurts nothing but this process.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
from typing import Any

_CPU_SECONDS = 10
_MEMORY_BYTES = 700_000_000
_MOST_PAGES = 60
_MOST_LETTERS = 400_000


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable(logging.CRITICAL)
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(content: bytes) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"fault": "protected by a password"}
    pages, letters = [], 0
    for page in reader.pages[:_MOST_PAGES]:
        pages.append(_text(page))
        letters += len(pages[-1])
        if letters > _MOST_LETTERS:
            break
    is_cut = len(pages) < len(reader.pages)
    return {"pages": pages, "fields": _fields(reader), "cut": is_cut}


def _text(page: Any) -> str:
    try:
        text = page.extract_text(extraction_mode="layout")
    except Exception:
        text = ""
    return str(text) if text.strip() else str(page.extract_text() or "")


def _fields(reader: Any) -> dict[str, str]:
    """What was typed or ticked in a fillable form, by each field's name."""
    filled = {}
    for name, entry in (reader.get_fields() or {}).items():
        value = entry.get("/V")
        if value is None or str(value) in {"", "/Off"}:
            continue
        label = str(entry.get("/TU") or name)
        filled[label] = (
            "[x]"
            if entry.get("/FT") == "/Btn" and str(value) in {"/Yes", "/On", "/1"}
            else str(value).lstrip("/")
        )
    return filled


if __name__ == "__main__":
    main()
