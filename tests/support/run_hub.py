"""Runs a hub of two parts that do nothing, as ``openmash run`` runs the real one.

``python -m support.run_hub STATE BASE_PORT APPLICATION``
"""

from __future__ import annotations

import sys
from pathlib import Path

from openmash_local.journal import AlreadyRunning
from openmash_local.layout import Layout
from openmash_local.parts import COMPANION, Part
from openmash_local.runner import CannotRun, LocalHub

if __name__ == "__main__":
    state, base_port, application = sys.argv[1:]
    hub = LocalHub(
        Layout(Path(state), int(base_port)),
        lambda line: print(line, flush=True),
        (COMPANION, Part("intake", application)),
    )
    try:
        hub.run(lambda: print("up", flush=True))
    except (AlreadyRunning, CannotRun) as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        print("stopped", flush=True)
