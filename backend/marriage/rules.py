"""Whether a matter can be done on a day, with every reason against it and its article. Pure.

Facts are what the people declare before the visit, and what the registrar and the online check found at the desk;
the same rules judge both. Nothing here asks where somebody's household is registered: the law serves everybody at
every registry of the country (婚姻登记条例 2), and never wants a 户口簿 (条例 8).
"""

import calendar
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from backend.marriage.grounds import GROUNDS, IN_PERSON
from backend.marriage.kinship import NAMED, barred

Status = Literal["not_asked", "single", "married", "divorced", "widowed", "unknown", "mismatch", "unavailable"]
Sex = Literal["male", "female"]
Region = Literal["mainland", "hongkong", "macau", "taiwan", "overseas", "foreign"]
Capacity = Literal["full", "limited", "none"]
Phase = Literal["none", "cooling", "window", "over"]
PROOFS_OF_END = frozenset({"divorce_certificate", "court_document", "death_proof"})
WORDS_OF_SEX = {"male": "男方", "female": "女方"}
FEBRUARY, LEAP_DAY = 2, 29


@dataclass(frozen=True, slots=True)
class Party:
    """One of the people. ``status``: what the online check said, or what they declare before the visit.

    ``proofs``: papers the registrar has seen, e.g. ``divorce_certificate``, ``marriage_certificate``.
    ``of_each_other``: False when the check names somebody else as the spouse.
    """

    sex: Sex
    born: date
    region: Region = "mainland"
    status: Status = "not_asked"
    declared: Status = "not_asked"
    capacity: Capacity = "full"
    willing: bool = True
    comes: bool = True
    of_each_other: bool = True
    proofs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the written divorce agreement settles (民法典 1076)."""

    children: bool
    assets: bool
    debts: bool

    @property
    def missing(self) -> list[str]:
        settled = {"子女抚养": self.children, "财产处理": self.assets, "债务处理": self.debts}
        return [words for words, done in settled.items() if not done]


@dataclass(frozen=True, slots=True)
class Application:
    """The couple's application for divorce as it stands on the day. ``phase`` ``none``: there is none."""

    phase: Phase = "none"
    same_office: bool = True
    office: str = ""
    window_from: date | None = None
    window_until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """``relation``: a name of ``kinship.NAMED``. ``traits``: of the office, e.g. ``foreign_marriage``."""

    matter: str
    parties: tuple[Party, ...]
    relation: str = "none"
    agreement: Agreement | None = None
    registered_in_mainland: bool = True
    archive_found: bool | None = None
    country: str = ""
    traits: frozenset[str] = frozenset()
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """The numbers in force on the day (params.yaml). ``sources``: name → source, to be frozen with a verdict."""

    ages: dict[Sex, int]
    full_age_on: Literal["birthday", "day_after"]
    leap_birthday: tuple[int, int]
    no_record_countries: frozenset[str]
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    kind: str
    article: str
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ok`` only without any reason against. ``right_office``: the trait an office needs, None when any will do."""

    reasons: tuple[Reason, ...]
    right_office: str | None = None

    @property
    def ok(self) -> bool:
        return not self.reasons

    def has(self, code: str) -> bool:
        return any(reason.code == code for reason in self.reasons)


def of_age_on(born: date, years: int, law: Law) -> date:
    """The first day on which somebody is ``years`` full years old."""
    year = born.year + years
    if (born.month, born.day) == (FEBRUARY, LEAP_DAY) and not calendar.isleap(year):
        birthday = date(year, *law.leap_birthday)
    else:
        birthday = born.replace(year=year)
    return birthday if law.full_age_on == "birthday" else birthday + timedelta(days=1)


def judge(facts: Facts, law: Law, day: date) -> Verdict:
    """The verdict on a matter for the day of the visit. Raises ``KeyError`` for a matter that has no rules."""
    reasons = tuple(reason for rule in RULES[facts.matter] for reason in rule(facts, law, day))
    elsewhere = any(reason.code == "foreign_element" for reason in reasons)
    return Verdict(reasons, "foreign_marriage" if elsewhere else None)


def ground(code: str, **facts: Any) -> Reason:
    """A reason of the closed list with its facts filled in."""
    known = GROUNDS[code]
    return Reason(code, known.kind, known.article.format_map(facts), known.words.format_map(facts))


Found = Iterator[Reason]
Rule = Callable[[Facts, Law, date], Found]


def _who(facts: Facts, party: Party) -> str:
    """男方 or 女方 where that names one of the two, else their place in the form."""
    if len(facts.parties) == 1:
        return "本人"
    if len({one.sex for one in facts.parties}) == len(facts.parties):
        return WORDS_OF_SEX[party.sex]
    return "第一位" if facts.parties[0] is party else "第二位"


def _in_person(facts: Facts, _law: Law, _day: date) -> Found:
    if all(party.comes for party in facts.parties):
        return
    code = "both_in_person" if len(facts.parties) > 1 else "not_oneself"
    yield ground(code, in_person=IN_PERSON[facts.matter])


def _office(facts: Facts, _law: Law, _day: date) -> Found:
    if "foreign_marriage" not in facts.traits and any(party.region != "mainland" for party in facts.parties):
        yield ground("foreign_element")


def _sexes(facts: Facts, _law: Law, _day: date) -> Found:
    if {party.sex for party in facts.parties} != {"male", "female"}:
        yield ground("one_man_one_woman")


def _ages(facts: Facts, law: Law, day: date) -> Found:
    for party in facts.parties:
        years = law.ages[party.sex]
        full_on = of_age_on(party.born, years, law)
        if day < full_on:
            yield ground("under_age", who=_who(facts, party), age=years, day=_zh(day), full_on=_zh(full_on))


def _kin(facts: Facts, _law: Law, _day: date) -> Found:
    words, relation = NAMED[facts.relation]
    if barred(relation):
        yield ground("kin", relation=words)


def _free_will(facts: Facts, _law: Law, _day: date) -> Found:
    if not all(party.willing for party in facts.parties):
        yield ground("not_voluntary")
    for party in facts.parties:
        if party.capacity == "none":
            yield ground("cannot_consent", who=_who(facts, party))


def _no_spouse(facts: Facts, _law: Law, _day: date) -> Found:
    for party in facts.parties:
        code = _against_marrying(party)
        if code:
            yield ground(code, who=_who(facts, party))


def _against_marrying(party: Party) -> str | None:
    """What somebody's status says against a marriage. Papers settle a contradiction, never an outage."""
    if party.status in UNCERTAIN:
        return UNCERTAIN[party.status]
    if party.status == "mismatch":
        return "identity_mismatch"
    if party.declared == "married":
        return "has_spouse"
    if party.status == "married":
        if party.proofs & PROOFS_OF_END:
            return None
        return "status_contradiction" if party.declared in ("divorced", "widowed") else "has_spouse"
    return None


UNCERTAIN: dict[str, str] = {"unknown": "status_unknown", "unavailable": "status_unavailable"}


def _married(facts: Facts, _law: Law, _day: date) -> Found:
    for party in facts.parties:
        if party.status == "unavailable":
            yield ground("status_unavailable", who=_who(facts, party))
        elif party.status == "mismatch":
            yield ground("identity_mismatch", who=_who(facts, party))
        elif party.status not in ("not_asked", "married") and "marriage_certificate" not in party.proofs:
            yield ground("not_married", who=_who(facts, party))
    if not all(party.of_each_other for party in facts.parties):
        yield ground("not_each_other")


def _divorce_will(facts: Facts, _law: Law, _day: date) -> Found:
    if not all(party.willing for party in facts.parties):
        yield ground("no_divorce_will")
    for party in facts.parties:
        if party.capacity != "full":
            yield ground("no_capacity", who=_who(facts, party))
    if not facts.registered_in_mainland:
        yield ground("registered_abroad")


def _agreement(facts: Facts, _law: Law, _day: date) -> Found:
    if facts.agreement is None:
        yield ground("no_agreement")
    elif facts.agreement.missing:
        yield ground("agreement_incomplete", missing="、".join(facts.agreement.missing))


def _not_running(facts: Facts, _law: Law, _day: date) -> Found:
    if facts.application is not None and facts.application.phase in ("cooling", "window"):
        yield ground("divorce_running")


def _in_window(facts: Facts, _law: Law, _day: date) -> Found:
    found = facts.application or Application()
    if found.phase == "none":
        yield ground("no_application")
    elif found.phase == "over":
        yield ground("window_over")
    elif found.phase == "cooling":
        yield ground("still_cooling", window_from=_zh(found.window_from), window_until=_zh(found.window_until))
    yield from _same_office(found)


def _withdrawable(facts: Facts, _law: Law, _day: date) -> Found:
    found = facts.application or Application()
    if found.phase == "none":
        yield ground("no_application")
    elif found.phase != "cooling":
        yield ground("withdrawal_over")
    yield from _same_office(found)


def _same_office(found: Application) -> Found:
    if found.phase != "none" and not found.same_office:
        yield ground("other_office", office=found.office)


def _archive(facts: Facts, _law: Law, _day: date) -> Found:
    if facts.archive_found is False:
        yield ground("archive_missing")


def _no_record(facts: Facts, _law: Law, _day: date) -> Found:
    """What the registry or the archive knows of cannot be certified not to be there."""
    for party in facts.parties:
        if party.status in UNCERTAIN:
            yield ground(UNCERTAIN[party.status], who=_who(facts, party))
        elif party.status == "mismatch":
            yield ground("identity_mismatch", who=_who(facts, party))
        elif party.status not in ("not_asked", "single") or facts.archive_found:
            yield ground("has_record", who=_who(facts, party))


def _country(facts: Facts, law: Law, _day: date) -> Found:
    if facts.country not in law.no_record_countries:
        yield ground("no_record_not_issued", country=facts.country or "未填写")


def _zh(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


RULES: dict[str, Sequence[Rule]] = {
    "marriage_registration": (_sexes, _ages, _kin, _free_will, _no_spouse, _office, _in_person),
    "divorce_application": (_divorce_will, _agreement, _married, _not_running, _office, _in_person),
    "divorce_certificate": (_in_window, _divorce_will, _agreement, _married, _office, _in_person),
    "divorce_withdrawal": (_withdrawable, _in_person),
    "certificate_reissue": (_archive, _office, _in_person),
    "no_record_proof": (_country, _no_record, _in_person),
    "premarital_counselling": (),
    "family_counselling": (),
    "award_ceremony": (),
    "group_wedding": (_sexes,),
}
