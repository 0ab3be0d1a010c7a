"""The registrar's desk, complete: importing this module gives every page of it its address."""

from backend.console.marriage import desk as marriage_desk
from backend.console.marriage import desk_case as marriage_desk_case
from backend.console.marriage import desk_licences as marriage_desk_licences
from backend.console.marriage import desk_papers as marriage_desk_papers
from backend.console.marriage import desk_reports as marriage_desk_reports
from backend.console.marriage import desk_talks as marriage_desk_talks

blueprint = marriage_desk.blueprint

__all__ = [
    "blueprint",
    "marriage_desk_case",
    "marriage_desk_licences",
    "marriage_desk_papers",
    "marriage_desk_reports",
    "marriage_desk_talks",
]
