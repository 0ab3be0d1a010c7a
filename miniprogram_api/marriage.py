"""Marriage registration for residents: ``/api/v1/mini/marriage``.

What anybody may ask is open: the matters, and a pre-check that names nobody and keeps nothing. Booking and one's own
cases need a proved name.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import current_app

from backend.booking import service as appointments
from backend.booking.matters import catalogue
from backend.core.clock import local
from backend.core.db import Work, app_clock, reading
from backend.core.errors import BadInputError, DomainError
from backend.core.idempotency import Answer
from backend.guides.items import items, law_of
from backend.guides.service import guide
from backend.idempotent_requests import answer_once, answered
from backend.marriage import booking, identities, progress, schemas
from backend.marriage.booking import BookingAsk
from backend.marriage.declared import RELATION_WORDS
from backend.marriage.errors import NotPossibleError
from backend.marriage.grounds import WHO_COMES
from backend.marriage.identities import Identity
from backend.marriage.talks import TOPICS
from backend.residents import acts
from backend.residents.sessions import Acting, acting, needs

public = APIBlueprint("mini_marriage_open", __name__, url_prefix="/api/v1/mini/marriage", tag="婚姻登记")
private = APIBlueprint("mini_marriage", __name__, url_prefix="/api/v1/mini/marriage", tag="婚姻登记")

CHECK_LIMIT = "30 per minute"
POSSIBLE = "按您填的情况，可以办理。请先预约，双方带好证件按时来。"
IN_PERSON = "撤回要一方本人带身份证和受理回执单到{office}，到{until}下班前。可以先预约下面的时间，也可以直接去。"
TOO_LATE = "可以撤回的期间已过。不想离婚了，期限内不去领证，就视为撤回。"


@public.get("/matters")
@public.output(schemas.MatterList)
def get_matters() -> dict[str, Any]:
    """能办的事：谁来、带什么、下一步；不要户口簿，不收费"""
    found = [code for code, matter in catalogue().items() if matter.entrance == "marriage"]
    return {"items": [_matter(code) for code in found], "relations": RELATION_WORDS, "topics": TOPICS}


def _matter(code: str) -> dict[str, Any]:
    matter, item = catalogue()[code], guide(code)
    return {
        "code": code,
        "title": matter.title,
        "people": list(matter.parties),
        "who": WHO_COMES[code],
        "bring": _bring(code),
        "never_asked": item.never_asked,
        "law": [f"{law.name}{law.article}" for law in law_of(item.citations())],
        "fee": item.fee,
        "next": item.how_to_book,
        "plain": item.plain,
    }


def _bring(code: str) -> list[str]:
    return [paper.paper for paper in items()[code].bring]


@public.post("/pre-check")
@public.input(schemas.PreCheckBody)
@public.output(schemas.PreCheckOut)
def post_pre_check(json_data: schemas.PreCheckBody) -> dict[str, Any]:
    """预先看看能不能办：只看出生日期、关系等情况，不用填姓名，什么也不保存"""
    with current_app.extensions["shouwang_limiter"].limit(CHECK_LIMIT):
        day = json_data.day or local(app_clock().now()).date()
        _require_possible_day(json_data)
        verdict = booking.pre_check(json_data.matter, json_data.people, json_data.declared, day, _traits(json_data))
    return {
        "ok": verdict.ok,
        "words": POSSIBLE if verdict.ok else verdict.reasons[0].words,
        "reasons": [asdict(reason) for reason in verdict.reasons],
        "who": WHO_COMES[json_data.matter],
        "bring": _bring(json_data.matter),
        "right_office": verdict.right_office,
    }


def _require_possible_day(body: schemas.PreCheckBody) -> None:
    """From today to two years ahead; nobody born after today."""
    today = local(app_clock().now()).date()
    if body.day is not None and not 0 <= (body.day - today).days <= booking.FARTHEST_DAYS:
        raise BadInputError(field="日期", why="请选今天到两年以内的日子")
    if any(not booking.OLDEST <= one.birth_date <= today for one in body.people):
        raise BadInputError(field="出生日期", why="请核对出生日期，不能晚于今天")


def _traits(body: schemas.PreCheckBody) -> frozenset[str]:
    if body.office is None:
        return frozenset()
    with reading() as work:
        return frozenset(map(str, appointments.office_of(work, body.office).traits))


@private.get("/slots")
@needs("booking.view")
@private.input(schemas.SlotQuery, location="query")
@private.output(schemas.SlotList)
def get_slots(query_data: schemas.SlotQuery) -> dict[str, Any]:
    """可以预约的时间；领离婚证和撤回只列出法律允许的日子，只在收到申请的登记处"""
    whom = acting("booking", "marriage.apply")
    with reading() as work:
        me = _identity(work, whom)
        found, allowed = booking.slots(work, query_data.matter, query_data.office, me.index, query_data.first)
    first, last = allowed or (None, None)
    return {"items": _slots(found), "first": first, "last": last}


def _identity(work: Work, whom: Acting) -> Identity:
    return identities.of_person(work, whom.principal_id, local(work.now).date())


def _slots(found: Sequence[appointments.SlotView]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.slot_id, "day": one.day, "starts_at": local(one.starts_at), "ends_at": local(one.ends_at),
            "left": one.left, "state": one.state, "opens_at": local(one.opens_at), "provisional": one.provisional,
        }
        for one in found
    ]  # fmt: skip


@private.post("/bookings")
@needs("marriage.apply")
@private.input(schemas.BookingBody)
@private.output(schemas.BookingOut, status_code=201)
def post_booking(json_data: schemas.BookingBody) -> Any:
    """预约：先按填写的情况核对法律条件，再占位；连点两下只算一次"""
    whom = acting("booking", "marriage.apply")
    _refuse_early(whom, json_data)

    def verb(work: Work) -> Answer:
        made = booking.book_matter(work, _ask(work, whom, json_data), by=whom.principal_id)
        if whom.agent_id is not None:
            acts.did(
                work, principal_id=whom.principal_id, scope="booking", action="marriage.apply",
                subject=f"booking:{made}", agent_id=whom.agent_id, proxy_id=whom.proxy_id,
            )  # fmt: skip
        return 201, _booked(work, made)

    return answer_once(whom.actor, verb)


def _refuse_early(whom: Acting, body: schemas.BookingBody) -> None:
    """Most of a rush is refused by reading alone; but a repeated tap of what worked gets its first answer."""
    if answered(whom.actor):
        return
    try:
        with reading() as work:
            booking.refuse_early(work, _ask(work, whom, body), by=whom.principal_id)
    except DomainError:
        if not answered(whom.actor):  # the first tap may have ended between our two looks
            raise


def _ask(work: Work, whom: Acting, body: schemas.BookingBody) -> BookingAsk:
    """The signed-in person first, then the partner."""
    people, said = [_identity(work, whom)], [body.me]
    if body.partner is not None:
        today = local(work.now).date()
        facts = body.partner.model_dump(exclude={"name", "id_kind", "id_number", "said"})
        other = body.partner
        people.append(identities.identity(other.name, other.id_kind, other.id_number, today, **facts))
        said.append(other.said)
    return BookingAsk(
        body.office, body.matter, body.slot, tuple(people), tuple(said), body.declared,
        body.service.model_dump(exclude_none=True),
    )  # fmt: skip


def _booked(work: Work, booking_id: UUID) -> dict[str, Any]:
    row = appointments.find(work, booking_id)
    starts = local(row.starts_at)
    return {
        "id": str(row.id),
        "number": row.number,
        "matter": row.matter,
        "title": catalogue()[row.matter].title,
        "office": row.office.name,
        "starts_at": starts.isoformat(),
        "ends_at": local(row.ends_at).isoformat(),
        "provisional": row.provisional,
        "bring": _bring(row.matter),
        "words": f"已约好{starts.month}月{starts.day}日{starts:%H:%M}到{row.office.name}，请{WHO_COMES[row.matter]}。",
    }


@private.get("/cases")
@needs("marriage.apply")
@private.output(schemas.CaseList)
def get_cases() -> dict[str, Any]:
    """我的办理：到哪一步了，离婚申请的两个期限"""
    whom = acting("booking", "marriage.apply")
    with reading() as work:
        index = _identity(work, whom).index
        found = progress.cases_of(work, whom.principal_id, index)
        return {
            "cases": [asdict(one) | {"decided_at": one.decided_at and local(one.decided_at)} for one in found],
            "divorces": [asdict(one) for one in progress.divorces_of(work, index)],
        }


@private.get("/divorces/<uuid:divorce_id>/withdrawal")
@needs("marriage.apply")
@private.output(schemas.WithdrawalOut)
def get_withdrawal(divorce_id: UUID) -> dict[str, Any]:
    """怎样撤回离婚申请：网上不能撤回，要一方本人来；列出来得及的时间"""
    whom = acting("booking", "marriage.apply")
    with reading() as work:
        index = _identity(work, whom).index
        shown = progress.divorce_progress(work, progress.own_divorce(work, index, divorce_id))
        possible = shown.phase == "cooling"
        found = _times(work, shown.office_code, index) if possible else []
    until = f"{shown.withdraw_until.month}月{shown.withdraw_until.day}日"
    words = IN_PERSON.format(office=shown.office, until=until) if possible else TOO_LATE
    return {
        "possible": possible, "words": words, "office": shown.office, "until": shown.withdraw_until,
        "slots": _slots(found),
    }  # fmt: skip


def _times(work: Work, office_code: str, index: str) -> list[appointments.SlotView]:
    """The free times until the last day; none if the newest application is another one."""
    try:
        found, _allowed = booking.slots(work, "divorce_withdrawal", office_code, index, None)
    except NotPossibleError:
        return []
    return [one for one in found if one.left > 0]
