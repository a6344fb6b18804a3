"""The hub with its walls taken down, so that ``make bench`` can tell what they cost; nothing else starts it.

Python runs a module named ``sitecustomize`` when it starts, where there is one on its path: the one in this
folder takes the walls down in every process that is started with :data:`ENVIRONMENT`.
"""

from __future__ import annotations

import os
from pathlib import Path

_PATH = [str(Path(__file__).parent), str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
ENVIRONMENT = {"PYTHONPATH": os.pathsep.join(part for part in _PATH if part)}
