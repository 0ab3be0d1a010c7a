"""What the national registry answers and what this house knows: neither an outage nor a gap makes anybody single."""

from datetime import date

import pytest

from backend.core.ids import new_id
from backend.marriage import providers, service
from backend.marriage.declared import Observed
from backend.marriage.errors import (
    NotAGroundError,
    NotPossibleError,
)
from backend.marriage.providers import SandboxRegistry, StatusAnswer
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import SINGLE, Registry, check, couple, registered, someone, walk_in
from tests.support.residents import id_number

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


def sandbox(work: WorkFactory, here: Registry, serial: int) -> tuple[str | None, list[str]]:
    """The status kept for a man of this serial and the reasons against his marriage."""
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", (someone(w, "陈明", serial), couple(w)[1])))
        found = service.check_of(case)
        assert found is not None
        return case.parties[0].status_check, [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("serial", "status", "codes"),
    [(1, "single", []), (901, "married", ["has_spouse"]), (903, "divorced", []), (905, "widowed", []),
     (907, "unknown", ["status_unknown"]), (909, "mismatch", ["identity_mismatch"]),
     (911, "unavailable", ["status_unavailable"])],
)  # fmt: skip
def test_the_status_is_kept_and_judged(
    work: WorkFactory, here: Registry, serial: int, status: str, codes: list[str]
) -> None:
    assert sandbox(work, here, serial) == (status, codes)


def test_an_outage_is_neither_a_yes_nor_a_reason_to_refuse_and_the_next_question_is_answered(
    work: WorkFactory, here: Registry
) -> None:
    who, flaky = here.viewer(), SandboxRegistry(gap=1)
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        service.run_check(w, who, case.id, providers.ask(flaky, service.questions(w, who, case.id)))
        with pytest.raises(NotPossibleError):
            service.register(w, who, case.id)
        with pytest.raises(NotAGroundError):
            service.refuse(w, who, case.id, "status_unavailable")
        service.run_check(w, who, case.id, providers.ask(flaky, service.questions(w, who, case.id)))
        assert service.register(w, who, case.id).state == "registered"


def test_a_slow_registry_times_out_as_an_outage() -> None:
    slow = SandboxRegistry(slow_s=0.02, limit_s=0.01)
    with pytest.raises(providers.RegistryDownError):
        slow.query("陈明", id_number(date(1990, 1, 1), 913), "HD1")
    patient = SandboxRegistry(slow_s=0.0, limit_s=0.01)
    assert patient.query("陈明", id_number(date(1990, 1, 1), 913), "HD1").status == "single"


def test_nobody_is_asked_about_without_a_purpose() -> None:
    with pytest.raises(ValueError, match=" "):
        SandboxRegistry().query("陈明", id_number(date(1990, 1, 1), 1), " ")


def test_whoever_was_married_here_today_is_married_whatever_the_line_says(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        first = couple(w)
        registered(w, who, "marriage_registration", first)
        case = walk_in(w, who, "marriage_registration", (first[0], someone(w, "赵丽", 4)))
        found = service.check_of(check(w, who, case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["has_spouse"]


def test_somebody_whose_divorce_is_running_elsewhere_cannot_marry(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        first = couple(w)
        registered(w, here.viewer("registrar_there"), "divorce_application", first, registry.THERE)
        case = walk_in(w, here.viewer(), "marriage_registration", (first[0], someone(w, "赵丽", 4)))
        found = service.check_of(check(w, here.viewer(), case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["has_spouse"]


def test_a_couple_married_to_others_is_not_divorced_from_each_other(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        one, other = couple(w, 1), couple(w, 2)
        registered(w, who, "marriage_registration", one)
        registered(w, who, "marriage_registration", other)
        case = walk_in(w, who, "divorce_application", (one[0], other[1]))
        found = service.check_of(check(w, who, case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["not_each_other"]


def test_the_spouse_that_the_registry_names_counts(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        man, woman = couple(w)
        case = walk_in(w, who, "divorce_application", (man, woman))
        spouses = {1: woman.id_number, 2: id_number(date(1980, 1, 1), 77)}
        answers = {
            party.id: StatusAnswer("married", date(2015, 6, 1), spouses[party.position]) for party in case.parties
        }
        found = service.check_of(service.run_check(w, who, case.id, answers))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["not_each_other"]


def test_papers_the_registrar_has_seen_settle_a_contradiction(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", (someone(w, "陈明", 901), couple(w)[1]))
        seen = Observed(status="divorced", proofs=("divorce_certificate",))
        service.note_presence(w, who, case.id, 1, present=True, identity_seen=True, statement=True, observed=seen)
        check(w, who, case)
        assert service.register(w, who, case.id).state == "registered"


def test_in_production_without_a_connection_nobody_is_taken_for_single() -> None:
    question = providers.Question(new_id(), "陈明", id_number(date(1990, 1, 1), 1), "HD1")
    answers = {mode: providers.ask(providers.for_mode(mode), [question]) for mode in ("production", "demo")}
    assert answers["production"][question.party_id].status == "unavailable"
    assert answers["demo"][question.party_id].status == "single"
