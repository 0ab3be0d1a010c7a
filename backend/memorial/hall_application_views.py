"""An application for a hall as the family reads it on the phone, and as the desk reads it."""

from datetime import date
from typing import Any

from backend.cases.places import townships
from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import hall_application_rules as words
from backend.memorial import hall_applications as applications
from backend.memorial import hall_checks, rules
from backend.memorial.hall_application_models import ApplicationDead, ApplicationPaper, HallApplication
from backend.memorial.hall_application_rules import Proven
from backend.memorial.hall_application_schemas import HallApplicationOut
from backend.memorial.hall_checks import Kin
from backend.memorial.hall_params import number
from backend.memorial.hall_views import day_zh
from backend.memorial.states import APPLICATION
from backend.memorial.themes import THEMES

CHECKED = "系统已核对"


def choices(work: Work) -> dict[str, Any]:
    """What the questions offer."""
    return {
        "relations": rules.NEAR_ZH, "kinds": rules.KIND_ZH,
        "sizes": {kind: list(size) for kind, size in rules.SIZE.items()},
        "privacies": rules.PRIVACY_ZH, "themes": THEMES, "wishes": rules.WISH_ZH, "papers": words.PAPER_ZH,
        "paper_help": words.PAPER_HELP, "workdays": number(work, "hall_answer_workdays"),
        "places": [{"code": one.code, "name": one.name} for one in townships(work)],
    }  # fmt: skip


def line(row: HallApplication) -> dict[str, Any]:
    """One in a list."""
    return {
        "id": row.id, "number": row.number, "title": row.title, "state": row.state,
        "state_zh": words.STATE_ZH[row.state],
        "due_zh": row.due_on and f"最迟 {day_zh(row.due_on)} 答复", "created_on": local(row.created_at).date(),
        "hall_id": row.hall_id,
    }  # fmt: skip


def answer(work: Work, row: HallApplication, *, proof: Kin) -> dict[str, Any]:
    """``for_applicant`` as it is sent."""
    return HallApplicationOut.model_validate(for_applicant(work, row, proof)).model_dump(mode="json")


def for_applicant(work: Work, row: HallApplication, kin: Kin) -> dict[str, Any]:
    """What they wrote, what is still to be brought, what came of it."""
    proven, papers = hall_checks.of_application(work, row, kin), applications.papers_of(work, row)
    wanted, there = words.wanted(proven), {one.kind for one in papers}
    open_ = row.state in words.LIVE
    return line(row) | {
        "kind": row.kind, "theme": row.theme, "privacy": row.privacy, "wish": row.wish, "note": row.note,
        "division": row.division_code, "missing": row.missing, "reason_zh": row.reason and words.REASON_ZH[row.reason],
        "words": row.words, "version": row.version, "actions": APPLICATION.actions(row.state),
        "dead": [
            _dead(one) | {"checked": _checked(found)}
            for one, found in zip(hall_checks.dead_of(work, row), proven, strict=True)
        ],
        "wanted": wanted if open_ else [],
        "lacking": words.lacking(wanted, there, row.note) if open_ else [],
        "papers": [_paper(one) for one in papers],
    }  # fmt: skip


def _dead(one: ApplicationDead) -> dict[str, Any]:
    return {
        "name": one.name, "born": one.born, "died": one.died, "born_zh": one.born and day_zh(one.born),
        "died_zh": day_zh(one.died), "relation": one.relation, "relation_zh": rules.NEAR_ZH[one.relation],
        "id_number": one.id_number,
    }  # fmt: skip


def _checked(found: Proven) -> list[str]:
    """What the applicant need not bring; what a register says in detail is the desk's."""
    shown = (("去世证明", found.death), ("关系证明", found.kin))
    return [f"{CHECKED}，不用交{title}" for title, said in shown if said is not None]


def _paper(one: ApplicationPaper) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "kind_zh": words.PAPER_ZH[one.kind], "name": one.file_name, "size": one.size,
        "scan": one.scan, "at": one.at,
    }  # fmt: skip


def desk_line(row: HallApplication, today: date) -> dict[str, Any]:
    """One in the desk's queue; ``left`` says how the term stands."""
    late = row.due_on is not None and row.due_on < today
    return line(row) | {
        "kind_zh": rules.KIND_ZH[row.kind], "due_on": row.due_on, "late": late, "today": row.due_on == today,
    }  # fmt: skip


def for_desk(work: Work, row: HallApplication, kin: Kin) -> dict[str, Any]:
    """Everything the clerk decides on: what was written, the papers, the machine's checks in words."""
    proven = hall_checks.of_application(work, row, kin)
    dead = [
        _dead(one) | {"checks": _checks(found), "signs": hall_checks.signs(work, row, one)}
        for one, found in zip(hall_checks.dead_of(work, row), proven, strict=True)
    ]
    return desk_line(row, local(work.now).date()) | {
        "dead": dead, "privacy_zh": rules.PRIVACY_ZH[row.privacy], "theme_zh": THEMES[row.theme],
        "wish_zh": rules.WISH_ZH[row.wish], "note": row.note, "missing": row.missing, "words": row.words,
        "reason_zh": row.reason and words.REASON_ZH[row.reason], "version": row.version,
        "actions": APPLICATION.actions(row.state), "papers": [_paper(one) for one in applications.papers_of(work, row)],
        "seen": _seen(proven),
    }  # fmt: skip


def _checks(found: Proven) -> list[tuple[str, str | None]]:
    return [("去世", found.death), ("关系", found.kin)]


def _seen(proven: list[Proven]) -> str:
    """What the clerk may write as seen where no paper was needed."""
    said = [words_ for one in proven for words_ in (one.death, one.kin) if words_ is not None]
    return f"{CHECKED}：{'；'.join(dict.fromkeys(said))}" if said else ""
