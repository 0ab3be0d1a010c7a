"""Structured logs: one JSON object a line, without personal data, counted when they are errors."""

import logging
import sys

import structlog
from prometheus_client import Counter

ERRORS = Counter("shouwang_error_lines_total", "ERROR lines written to the log", ["logger"])

# Without the values of local variables: they are people's names and numbers.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def _count_errors(_: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if method in ("error", "exception", "critical"):
        ERRORS.labels(str(event.get("logger", "?"))).inc()
    return event


def configure(level: str) -> None:
    """Set up logging for a process; the library loggers join in the same format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _count_errors,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _TRACEBACKS,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("apscheduler", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
