"""How the web process runs: gunicorn with threads, because every open duty board holds one connection for hours."""

import os
import sys

from backend.settings import Settings

APPLICATION = "backend.app:create_app()"
# Boards reconnect by themselves; waiting longer for their open streams would only delay a stop.
GRACEFUL_TIMEOUT_S = 3
# Longer than the 15 s ping of an event stream, shorter than a person's patience with a stuck page.
WORKER_TIMEOUT_S = 60


def command(settings: Settings) -> list[str]:
    """The gunicorn command line of these settings."""
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    arguments = {
        "--bind": f"{host}:{settings.http_port}",
        "--worker-class": "gthread",
        "--workers": str(settings.web_workers),
        "--threads": str(settings.web_threads),
        "--timeout": str(WORKER_TIMEOUT_S),
        "--graceful-timeout": str(GRACEFUL_TIMEOUT_S),
        "--log-level": settings.log_level.lower(),
        "--forwarded-allow-ips": "*" if settings.trusted_proxies else "127.0.0.1",
    }
    flat = [part for pair in arguments.items() for part in pair]
    # gunicorn's own control socket lies in the user's home, which two installations share and a container lacks.
    return [sys.executable, "-m", "gunicorn", *flat, "--no-control-socket", APPLICATION]


def run(settings: Settings) -> None:
    """Become the web server (the process id stays, so the supervisor signals gunicorn itself)."""
    arguments = command(settings)
    os.execv(arguments[0], arguments)  # noqa: S606 - no shell is wanted
