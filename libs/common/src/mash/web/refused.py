"""Keeps a line of every look that was refused, whether or not what was asked for is there.

Who asks is told nothing of it. What does not exist costs as much as what exists and may not be known, so
that the time it takes tells nothing either: the one is a line on the caller's own chain, the other on the
case's.
"""

from __future__ import annotations

import structlog
from fastapi import Request

from mash.access.callers import Caller
from mash.audit.cases import Cases
from mash.db.outage import is_outage
from mash.hub import Hub
from mash.telemetry.logs import describe

log = structlog.get_logger()

REFUSED_LOOKS = frozenset({403, 404})


async def note_refused(request: Request, status: int) -> None:
    """Write the line, if the request was for something of a case and its caller is known."""
    cases: Cases | None = getattr(request.app.state, "cases", None)
    caller: Caller | None = getattr(request.state, "caller", None)
    if status not in REFUSED_LOOKS or cases is None or caller is None or not cases.names(request.path_params):
        return
    hub: Hub = request.app.state.hub
    try:
        async with hub.transaction(caller) as tx:
            tx.audit(
                action="refused",
                case=await cases.find(tx, request.path_params),
                detail={"method": request.method, "route": request.scope["route"].path, "status": status},
            )
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("refusal_not_audited", error=describe(error))
