"""Which sources of means this installation can ask.

The sandbox in a demonstration and in tests; nobody in production until the exchange with departments and banks is
signed, and then a report says that nobody can be asked yet.
"""

from collections.abc import Mapping
from typing import cast

from flask import current_app

from backend.assistance.means_rules import SOURCE_TITLES
from backend.assistance.means_sources import MeansSource
from backend.assistance.sandbox_sources import SandboxSource
from backend.settings import Settings

SOURCES = "shouwang_means_sources"


def sources() -> Mapping[str, MeansSource]:
    """By code."""
    there = current_app.extensions.get(SOURCES)
    if there is None:
        there = current_app.extensions[SOURCES] = build(current_app.config["SHOUWANG"])
    return cast("Mapping[str, MeansSource]", there)


def build(settings: Settings) -> dict[str, MeansSource]:
    """The sandbox unless it is in earnest."""
    if settings.mode == "production":
        return {}
    return {code: SandboxSource(code) for code in SOURCE_TITLES}
