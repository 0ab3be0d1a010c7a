"""The registrar's desk, complete: importing this module gives every page of it its address."""

from backend.console import (
    marriage_desk,
    marriage_desk_case,
    marriage_desk_licences,
    marriage_desk_papers,
    marriage_desk_reports,
    marriage_desk_talks,
)

blueprint = marriage_desk.blueprint

__all__ = [
    "blueprint",
    "marriage_desk_case",
    "marriage_desk_licences",
    "marriage_desk_papers",
    "marriage_desk_reports",
    "marriage_desk_talks",
]
