"""Marriage registration for residents: ``/api/v1/mini/marriage``.

What anybody may ask is open: the matters, and a pre-check that names nobody and keeps nothing. Booking and one's own
cases need a proved name.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app

from backend.booking import service as appointments
from backend.booking import views
from backend.booking import waiting as lists
from backend.booking.matters import catalogue
from backend.booking.schemas import WaitOut
from backend.core.clock import local
from backend.core.db import Work, app_clock, one_writer, reading
from backend.core.errors import BadInputError, DomainError
from backend.core.gate import BUSY_WORK
from backend.core.idempotency import Answer
from backend.guides.items import items, law_of
from backend.guides.service import guide
from backend.idempotent_requests import answer_once, answered
from backend.marriage import booking, identities, progress, schemas, waiting
from backend.marriage.booking import BookingAsk, Looked
from backend.marriage.declared import RELATION_WORDS, DeclaredPerson
from backend.marriage.errors import NotPossibleError
from backend.marriage.grounds import WHO_COMES
from backend.marriage.identities import Identity
from backend.marriage.talks import TOPICS
from backend.residents import acts
from backend.residents.sessions import Acting, acting, needs
from miniprogram_api import rush

public = APIBlueprint("mini_marriage_open", __name__, url_prefix="/api/v1/mini/marriage", tag="婚姻登记")
private = APIBlueprint("mini_marriage", __name__, url_prefix="/api/v1/mini/marriage", tag="婚姻登记")

Ready = tuple[BookingAsk, Looked]
People = tuple[tuple[Identity, ...], tuple[DeclaredPerson | None, ...]]
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
    with BUSY_WORK, rush.watched(json_data.slot_id):
        ready = _looked(whom, json_data)
        return answer_once(whom.actor, lambda work: _book(work, whom, json_data, ready))


def _book(work: Work, whom: Acting, body: schemas.BookingBody, ready: Ready | None) -> Answer:
    ask, looked = ready or (_ask(work, whom, body), None)
    made = booking.make(work, ask, by=whom.principal_id, looked=looked)
    _trail(work, whom, "booking.book", f"booking:{made.id}")
    return 201, _booked(made)


def _trail(work: Work, whom: Acting, action: str, subject: str) -> None:
    """The line "done by … for …", if it was done for somebody."""
    if whom.agent_id is not None:
        acts.did(
            work, principal_id=whom.principal_id, scope="booking", action=action, subject=subject,
            agent_id=whom.agent_id, proxy_id=whom.proxy_id,
        )  # fmt: skip


def _looked(whom: Acting, body: schemas.BookingBody) -> Ready | None:
    """Where writers stand in a line nobody joins it in vain; a repeated tap of what worked gets its first answer."""
    if not one_writer():
        return None
    with reading() as work:
        try:
            ask = _ask(work, whom, body)
            return ask, booking.look(work, ask, by=whom.principal_id)
        except DomainError:
            if not answered(work, whom.actor):
                raise
            return None


def _ask(work: Work, whom: Acting, body: schemas.BookingBody) -> BookingAsk:
    people, said = _people(work, whom, body)
    service = body.service.model_dump(exclude_none=True)
    return BookingAsk(body.office, body.matter, body.slot_id, people, said, body.declared, service)


def _people(work: Work, whom: Acting, body: schemas.BookingBody | schemas.WaitBody) -> People:
    """The signed-in person first, then the partner; with what each declares."""
    people, said = [_identity(work, whom)], [body.me]
    if body.partner is not None:
        today = local(work.now).date()
        facts = body.partner.model_dump(exclude={"name", "id_kind", "id_number", "said"})
        other = body.partner
        people.append(identities.identity(other.name, other.id_kind, other.id_number, today, **facts))
        said.append(other.said)
    return tuple(people), tuple(said)


def _booked(row: appointments.Booking) -> dict[str, Any]:
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


@private.post("/waiting")
@needs("marriage.apply")
@private.input(schemas.WaitBody)
@private.output(WaitOut, status_code=201)
def post_waiting(json_data: schemas.WaitBody) -> Response:
    """候补：这一天约满了，先核对法律条件再排队；有空位通知您，在“我的候补”里确认"""
    whom, body = acting("booking", "marriage.apply"), json_data

    def join(work: Work) -> Answer:
        people, said = _people(work, whom, body)
        slot_id = waiting.some_time(work, body.office, body.matter, body.day)
        ask = BookingAsk(body.office, body.matter, slot_id, people, said, body.declared)
        entry_id = waiting.wait(work, ask, body.day, by=whom.principal_id)
        _trail(work, whom, "booking.wait", f"wait:{entry_id}")
        return 201, _waiting(work, entry_id, whom)

    return answer_once(whom.actor, join)


def _waiting(work: Work, entry_id: UUID, whom: Acting) -> dict[str, Any]:
    work.session.flush()
    shown = views.wait_out(work, lists.view(work, lists.find(work, entry_id, whom.principal_id)))
    return WaitOut.model_validate(shown).model_dump(mode="json")


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
