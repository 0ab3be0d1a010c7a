"""Volunteers, teams and certificates as the APIs show them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from backend.core import paging
from backend.core.clock import local
from backend.core.db import Work
from backend.people.models import Division
from backend.people.service import Viewer, county
from backend.residents.masking import mask_name, mask_phone
from backend.residents.models import Person
from backend.residents.proxy_rules import is_minor
from backend.volunteers import fitness, honours, qualifications
from backend.volunteers.models import (
    Insurance,
    Qualification,
    ServiceCertificate,
    TeamMember,
    Training,
    Volunteer,
    VolunteerHonour,
    VolunteerTeam,
)
from backend.volunteers.schemas import VolunteerQuery
from backend.volunteers.service import VIEW, name_of
from backend.volunteers.states import MEMBER_ZH, VOLUNTEER_ZH
from backend.volunteers.teams import KINDS
from backend.volunteers.vocabulary import DEMANDS, LANGUAGES, QUALIFICATIONS, SERVICES, SKILLS, titles


def vocabulary(work: Work) -> dict[str, Any]:
    """The closed lists, and where somebody can live or help."""
    return {
        "services": [
            {"code": code, "title": title, "needs": titles(QUALIFICATIONS, DEMANDS[code].needs),
             "min_age": DEMANDS[code].min_age}
            for code, title in SERVICES.items()
        ],
        "skills": _terms(SKILLS), "languages": _terms(LANGUAGES), "qualifications": _terms(QUALIFICATIONS),
        "places": _places(work),
    }  # fmt: skip


def _terms(known: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "title": title} for code, title in known.items()]


def _places(work: Work) -> list[dict[str, str]]:
    below = select(Division).where(Division.level.in_(("town", "village"))).order_by(Division.path)
    return [{"code": one.code, "title": one.name} for one in work.session.scalars(below)]


def line(work: Work, row: Volunteer) -> dict[str, Any]:
    """One line of a list, the name masked."""
    return {
        "id": row.id, "number": row.number, "name": mask_name(name_of(work, row)), "state": row.state,
        "state_zh": VOLUNTEER_ZH[row.state], "division": work.session.get_one(Division, row.division_code).name,
        "services": list(row.services), "registered_at": row.registered_at,
    }  # fmt: skip


def whole(work: Work, row: Volunteer) -> dict[str, Any]:
    """Everything, with the name in full: for the volunteer, and for staff whose look is written down."""
    today, person = local(work.now).date(), work.session.get_one(Person, row.person_id)
    proofs = fitness.proofs(work, row.id, today)
    place = None if row.longitude is None else {"longitude": row.longitude, "latitude": row.latitude}
    return line(work, row) | {
        "name": person.name, "why": row.why, "version": row.version, "minor": is_minor(person.birth_date, today),
        "guardian": _guardian(row), "skills": row.skills, "languages": row.languages, "areas": row.areas,
        "hours": row.hours, "place": place, "emergency_calls": row.emergency_calls,
        "national_exchange": row.national_exchange, "minutes": honours.served(work, row.id),
        "lacking": fitness.lacking(row.services, proofs), **_shown_proofs(work, row.id),
    }  # fmt: skip


def _shown_proofs(work: Work, volunteer_id: UUID) -> dict[str, Any]:
    return {
        "qualifications": [_qualification(one) for one in qualifications.of(work, volunteer_id)],
        "trainings": [_training(one) for one in qualifications.trainings_of(work, volunteer_id)],
        "insurances": [_insurance(one) for one in qualifications.insurances_of(work, volunteer_id)],
        "honours": [_honour(one) for one in honours.of(work, volunteer_id)],
    }


def _guardian(row: Volunteer) -> dict[str, Any] | None:
    if row.guardian_rule is None:
        return None
    return {
        "name": mask_name(row.guardian_name), "phone": mask_phone(row.guardian_phone), "rule": row.guardian_rule,
        "agreed": row.guardian_at is not None,
    }  # fmt: skip


def _qualification(row: Qualification) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "title": QUALIFICATIONS.get(row.kind, row.kind), "issuer": row.issuer,
        "obtained_on": row.obtained_on, "valid_until": row.valid_until, "checked": row.checked_at is not None,
    }  # fmt: skip


def _training(row: Training) -> dict[str, Any]:
    return {
        "name": row.name, "content": row.content, "minutes": row.minutes, "organiser": row.organiser,
        "held_on": row.held_on, "valid_until": row.valid_until,
    }  # fmt: skip


def _insurance(row: Insurance) -> dict[str, Any]:
    return {
        "insurer": row.insurer, "policy_number": row.policy_number, "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }  # fmt: skip


def _honour(row: VolunteerHonour) -> dict[str, Any]:
    return {"level": row.level, "name": row.name, "by": row.given_by, "given_on": row.given_on}


def page_of(work: Work, viewer: Viewer, query: VolunteerQuery) -> tuple[list[dict[str, Any]], str | None]:
    """Volunteers below a division, newest first, and where the next page starts. Raises ``NotAllowedError``."""
    place = work.session.get(Division, query.division)
    viewer.require(VIEW, place.path if place else None)
    wanted = select(Volunteer).where(Volunteer.division_path.startswith(place.path if place else "-"))
    if query.state is not None:
        wanted = wanted.where(Volunteer.state == query.state)
    if query.cursor is not None:
        wanted = wanted.where(Volunteer.id < paging.decode(query.cursor, UUID)[0])
    rows = list(work.session.scalars(wanted.order_by(Volunteer.id.desc()).limit(query.limit + 1)))
    shown = rows[: query.limit]
    following = paging.encode(shown[-1].id) if len(rows) > query.limit else None
    known = _people(work, shown)
    return [line(work, row) for row in shown if row.person_id in known], following


def _people(work: Work, rows: Sequence[Volunteer]) -> dict[UUID, Person]:
    """Those behind some rows in one question; whoever holds the answer finds each again without asking."""
    mine = select(Person).where(Person.id.in_({row.person_id for row in rows}))
    return {person.id: person for person in work.session.scalars(mine)}


# -- teams


def team(work: Work, row: VolunteerTeam, members: int) -> dict[str, Any]:
    """A team as everybody may see it."""
    return {
        "id": row.id, "name": row.name, "kind": row.kind, "kind_zh": KINDS[row.kind], "about": row.about,
        "division": work.session.get_one(Division, row.division_code).name, "phone": row.phone,
        "recruiting": row.recruiting, "state": row.state, "members": members,
    }  # fmt: skip


def members(work: Work, rows: Sequence[Row[TeamMember, Volunteer]]) -> list[dict[str, Any]]:
    """Who is in a team and who asks to be; names masked."""
    known = _people(work, [who for _one, who in rows])
    return [
        {
            "id": one.id, "volunteer": who.id, "number": who.number, "name": mask_name(known[who.person_id].name),
            "state": one.state, "state_zh": MEMBER_ZH[one.state], "words": one.why, "asked_at": one.asked_at,
        }
        for one, who in rows
    ]  # fmt: skip


def my_teams(rows: Sequence[Row[TeamMember, VolunteerTeam]]) -> list[dict[str, Any]]:
    """Somebody's own memberships."""
    return [
        {
            "id": one.id, "team": of.id, "name": of.name, "state": one.state, "state_zh": MEMBER_ZH[one.state],
            "why": one.why, "leading": of.leader_id == one.volunteer_id,
        }
        for one, of in rows
    ]  # fmt: skip


# -- certificates


def certificate(row: ServiceCertificate, address: str) -> dict[str, Any]:
    """One of somebody's certificates; ``address`` is where this house answers."""
    return {
        "id": row.id, "number": row.number, "since": row.since, "until": row.until, "minutes": row.minutes,
        "issued_at": row.issued_at, "revoked": row.revoked_why, "verify": link(address, row.number, row.code),
    }  # fmt: skip


def link(address: str, number: str, code: str) -> str:
    """Where anybody verifies it: what its QR code opens."""
    return f"{address}/verify/{number}?c={code}"


def office(work: Work) -> str:
    """Who issues: the county's bureau."""
    return f"{county(work).name}民政局"
