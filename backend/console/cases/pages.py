"""The case desk, complete: importing this module gives every page of it its address."""

from backend.console.cases import desk as case_desk
from backend.console.cases import entry as case_entry
from backend.console.cases import evidence as case_evidence
from backend.console.cases import letters as case_letters
from backend.console.cases import page as case_page

blueprint = case_desk.blueprint

__all__ = ["blueprint", "case_entry", "case_evidence", "case_letters", "case_page"]
