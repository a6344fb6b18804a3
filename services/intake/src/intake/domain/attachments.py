"""Which files are taken with a form, told from their bytes: what a file is called decides nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from mash.errors import Invalid

LONGEST_NAME = 200
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TAKEN = "PDF, Word (.docx), picture (JPEG, PNG, GIF, WebP, HEIC) or plain text"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_PATH = re.compile(r".*[/\\]", re.DOTALL)


class FileNotTaken(Invalid):
    """The file is of a kind that is not taken, or is empty."""


class FileTooLarge(Invalid):
    """The file is larger than is taken."""


class TooManyFiles(Invalid):
    """The form has as many files as are taken."""


def media_type_of(content: bytes) -> str:
    """Return what a file is by its bytes. Raises :class:`FileNotTaken`."""
    if not content.strip():
        raise FileNotTaken("The file is empty. Choose another file.", field="content")
    for media_type, is_of in _KINDS.items():
        if is_of(content):
            return media_type
    raise FileNotTaken(f"The file must be one of these: {TAKEN}.", field="content")


def require_room(size: int, held: int, *, most_bytes: int, most_files: int) -> None:
    """Refuse a file that is too large, or one too many. Raises ``FileTooLarge``, ``TooManyFiles``."""
    if held >= most_files:
        raise TooManyFiles(
            f"There are {most_files} files already, which is the most. Remove one before you add another.",
            field="content",
        )
    if size > most_bytes:
        raise FileTooLarge(f"The file must be smaller than {_megabytes(most_bytes)}.", field="content")


def plain_name(name: str) -> str:
    """Return a file's own name, without its folders and what cannot be shown."""
    shown = "".join(letter for letter in _PATH.sub("", name) if unicodedata.category(letter)[0] != "C")
    return shown.strip()[:LONGEST_NAME] or "attachment"


def _megabytes(size: int) -> str:
    return f"{size / 1_048_576:.0f} MB" if size >= 1_048_576 else f"{size // 1024} KB"


def _is_word(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with ZipFile(BytesIO(content)) as parts:
            names = set(parts.namelist())
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        return False
    # With macros it is another kind of file, which may do things when it is opened.
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return {"[Content_Types].xml", "word/document.xml"} <= names and not has_macros


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f" for letter in text)


_KINDS: dict[str, Callable[[bytes], bool]] = {
    "application/pdf": lambda content: content.startswith(b"%PDF-"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/gif": lambda content: content[:6] in (b"GIF87a", b"GIF89a"),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    "image/heic": lambda content: content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS,
    WORD: _is_word,
    "text/plain": _is_text,
}
