"""Looks for words in whatever was written down, however they are spelt there."""

from __future__ import annotations

import base64
import binascii
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

# Shorter ones are met by chance.
SHORTEST = 8


class WrittenWords:
    """``WrittenWords(["Testcase"]).found_in(content)`` gives the words that are there, in any spelling."""

    def __init__(self, words: Iterable[str]) -> None:
        self.needles = {
            needle: word for word in words for needle in spellings(word) if len(needle) >= SHORTEST
        }

    def found_in(self, content: bytes) -> set[str]:
        return {word for needle, word in self.needles.items() if needle in content}

    def found_in_files(self, *places: Path) -> set[str]:
        """The words that are in any file below some places, with the file's name."""
        with tempfile.NamedTemporaryFile() as patterns:
            patterns.write(b"\n".join(self.needles))
            patterns.flush()
            options = ["--recursive", "--text", "--only-matching", "--with-filename", "--fixed-strings"]
            command = ["grep", *options, f"--file={patterns.name}", "--", *map(str, places)]
            searched = subprocess.run(command, capture_output=True, check=False, env={"LC_ALL": "C"})
        # A file that went while it was searched for is none of ours.
        assert searched.returncode in (0, 1) or b"No such file" in searched.stderr, searched.stderr
        return set(searched.stdout.decode("utf-8", "replace").splitlines())


def spellings(word: str) -> Iterator[bytes]:
    """A word as bytes, in each way that something written down may hold it."""
    for plain in {word, word.lower(), word.upper(), word.replace(" ", "")}:
        yield plain.encode()
        yield plain.encode("utf-16-le")
        yield plain.encode("utf-16-be")
        yield binascii.hexlify(plain.encode())
        yield binascii.hexlify(plain.encode()).upper()
        for offset in range(3):
            padded = base64.b64encode(b"\0" * offset + plain.encode())
            yield padded[4 if offset else 0 : -4]
