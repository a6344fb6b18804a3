"""What a file is, and why some kinds are not opened here."""

from __future__ import annotations

_BY_ENDING = {
    ".docx": "word",
    ".docm": "word",
    ".dotx": "word",
    ".pdf": "pdf",
    ".msg": "msg",
    ".eml": "eml",
    ".dat": "tnef",
    ".rtf": "rtf",
    ".htm": "html",
    ".html": "html",
    ".txt": "text",
    ".csv": "csv",
    ".text": "text",
}
_BY_TYPE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/vnd.ms-word.document.macroenabled.12": "word",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.ms-outlook": "msg",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "text/html": "html",
    "text/plain": "text",
    "text/csv": "csv",
}
_REASONS = {
    ".doc": "in the old Word format",
    ".zip": "an archive, which is not opened here",
    ".7z": "an archive, which is not opened here",
    ".rar": "an archive, which is not opened here",
    ".jpg": "a picture",
    ".jpeg": "a picture",
    ".png": "a picture",
    ".gif": "a picture",
    ".tif": "a picture",
    ".tiff": "a picture",
    ".heic": "a picture",
    ".mp3": "a recording",
    ".mp4": "a recording",
    ".wav": "a recording",
    ".m4a": "a recording",
    ".p7m": "encrypted",
    ".pgp": "encrypted",
    ".rpmsg": "encrypted",
}


def form_of(name: str, media_type: str, content: bytes) -> str:
    """What a file is: by how it begins, then its name, then its declared type."""
    ending = _ending(name)
    if content.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    if content.startswith(b"\xd0\xcf\x11\xe0") and ending in {".doc", ".docx", ".xls", ".ppt"}:
        return "word" if ending == ".docx" else "unknown"
    if ending == ".dat":
        return "unknown"
    return _BY_ENDING.get(ending) or (
        "unknown" if ending in _REASONS else _BY_TYPE.get(media_type, "unknown")
    )


def _ending(name: str) -> str:
    return "." + name.lower().rpartition(".")[2].strip() if "." in name else ""


def why_unopened(name: str) -> str:
    """Why a file of this name is for a person, in words that follow its name."""
    return _REASONS.get(_ending(name), "a kind of file that is not opened here")
