"""A part of the hub that does nothing but say that it is ready."""

from __future__ import annotations

import os
import signal
import threading

from fastapi import FastAPI
from mash.ids import Clock, utc_now


def create(clock: Clock = utc_now) -> FastAPI:
    app = FastAPI()

    @app.get("/health/ready")
    async def ready() -> dict[str, str | None]:
        return {"status": "ready", "database": os.environ.get("DATABASE_URL")}

    @app.post("/end")
    async def end() -> None:
        print("the last words")
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()

    return app


def refuse(clock: Clock) -> FastAPI:
    raise RuntimeError("a setting is missing")
