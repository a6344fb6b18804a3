"""Puts a link to uv at the path given: the one on PATH if it is new enough, else one of our own.

Needs nothing but Python, and installs into the link's own folder only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (0, 9)
OURS = "0.13.9"
NO_WAY = (
    "uv is not installed, and this Python can make neither a virtual environment nor use pip.\n"
    "Install one of them: on Debian or Ubuntu `apt install python3-venv`; or install uv itself."
)


def main(link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    found = on_path() or in_environment(link.parent / "venv") or in_folder(link.parent / "lib")
    if found is None:
        sys.exit(NO_WAY)
    link.unlink(missing_ok=True)
    link.symlink_to(found)


def on_path() -> str | None:
    uv = shutil.which("uv")
    if uv is None:
        return None
    words = subprocess.run([uv, "--version"], capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.(\d+)", words)
    return uv if version and tuple(map(int, version.groups())) >= OLDEST else None


def in_environment(folder: Path) -> Path | None:
    """Debian's python3 without python3-venv has the module, but cannot finish."""
    made = attempt("-m", "venv", str(folder))
    python = str(folder / "bin" / "python")
    return folder / "bin" / "uv" if made and attempt("-m", "pip", *install(), python=python) else None


def in_folder(folder: Path) -> Path | None:
    return folder / "bin" / "uv" if attempt("-m", "pip", *install(), "--target", str(folder)) else None


def install() -> list[str]:
    return ["install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore", f"uv=={OURS}"]


def attempt(*words: str, python: str = sys.executable) -> bool:
    try:
        done = subprocess.run([python, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
