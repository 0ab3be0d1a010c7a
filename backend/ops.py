"""For those who run the machine: ``/healthz``, ``/readyz``, ``/metrics``."""

from typing import Any

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.core.db import reading
from backend.core.migrate import head
from backend.core.wakes import client

public = Blueprint("ops", __name__)
metrics = Blueprint("ops_metrics", __name__)


@public.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers. Says nothing about the database: restarting would not help that."""
    return {"status": "ok"}


@public.get("/readyz")
def readyz() -> tuple[dict[str, Any], int]:
    """The process can do its work: the database answers at the version this code expects."""
    checks = {"database": _database(), "redis": _redis()}
    # Redis only speeds things up: without it we are slower, not unready.
    ready = checks["database"] == "ok"
    return {"status": "ok" if ready else "unavailable", "checks": checks}, 200 if ready else 503


def _database() -> str:
    try:
        with reading() as work:
            version = work.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return "unreachable"
    return "ok" if version == head() else "wrong version"


def _redis() -> str:
    try:
        client().ping()
    except Exception:  # noqa: BLE001 - whatever is wrong with Redis, the answer is the same word
        return "unreachable"
    return "ok"


@metrics.get("/metrics")
def metrics_page() -> Response:
    """Prometheus text format."""
    current_app.extensions["shouwang_figures"].refresh()
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
