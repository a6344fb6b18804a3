"""Files of keys and secrets: whole or not there, and closed to other users from the first byte."""

import json
import os
from pathlib import Path
from typing import Any, Final

OWNER_ONLY: Final = 0o600
READABLE_BY_ALL: Final = 0o644


def write_json(path: Path, content: Any, *, mode: int = OWNER_ONLY) -> None:
    """Put ``content`` in ``path`` in one step; a reader sees the file before or the file after."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
