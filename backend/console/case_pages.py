"""The case desk, complete: importing this module gives every page of it its address."""

from backend.console import case_desk, case_entry, case_evidence, case_letters, case_page

blueprint = case_desk.blueprint

__all__ = ["blueprint", "case_entry", "case_evidence", "case_letters", "case_page"]
