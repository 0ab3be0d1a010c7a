"""What was submitted is checked: the machine is asked outside transactions, its late answers are collected."""

from flask import current_app

from backend.core.db import unit_of_work
from backend.memorial import moderation_checks as checks
from backend.memorial.moderation_checks import Question
from backend.notices import media


def check_submitted() -> int:
    """Ask about what nobody was asked about yet, or not answered; then take what WeChat has pushed meanwhile."""
    with unit_of_work() as work:
        due = checks.due(work)
    for question in due:
        (_words if question.content == "text" else _media)(question)
    with unit_of_work() as work:
        return len(due) + checks.collect(work)


def _words(question: Question) -> None:
    verdict = checks.ask_about_words(question)
    with unit_of_work() as work:
        checks.answered(work, question.item_id, verdict)


def _media(question: Question) -> None:
    trace = checks.ask_about_media(question, current_app.config["SHOUWANG"].public_url)
    with unit_of_work() as work:
        media.expect(work, checks.subject_of(question.item_id), trace)
