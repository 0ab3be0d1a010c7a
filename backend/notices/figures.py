"""Figures about sending, for ``/metrics`` of the process that sends."""

from prometheus_client import Counter, Histogram

ATTEMPTS = Counter("shouwang_notice_attempts_total", "Calls of a provider", ["channel", "outcome", "reason"])
WAIT = Histogram(
    "shouwang_notice_wait_seconds",
    "From the moment a notice was due to its first hand-over to a channel",
    ["urgent"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60),
)
UNDELIVERED = Counter("shouwang_notices_undelivered_total", "Notices that reached nobody by any way", ["status"])
REPORTS = Counter("shouwang_notice_reports_total", "Delivery reports of providers", ["status"])
