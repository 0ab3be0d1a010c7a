"""Matters as data: who may apply, the form, the papers, the steps with role, deadline and article, the publication.

One YAML file per matter in ``matters/``, read strictly: an unknown key, a doubled code or a step that leads nowhere
stops the start. What cannot be data is a hook: four plain functions that the domain of the matter registers by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.cases.errors import NoSuchMatterError
from backend.cases.fields import (
    BadMatterError,
    CodeText,
    FieldSpec,
    Strict,
    Title,
    When,
    Words,
    applies,
    ask_in_order,
    asks_of,
    once,
)
from backend.core import strict_yaml
from backend.core.db import Work
from backend.guides.items import items as guide_items

if TYPE_CHECKING:
    from backend.cases.models import Case, Decision

FOLDER = Path(__file__).with_name("matters")
Days = Annotated[int, Field(ge=1, le=90)]
Level = Literal["township", "county", "decider"]
Role = Literal["clerk", "officer"]
ROLE_OF_LEVEL: dict[str, Role] = {"township": "clerk", "county": "officer"}


class PaperSpec(Strict):
    """A paper. ``fetched``: a check of means gets it from its source, so nobody may be asked for it (社会救助法 62)."""

    kind: CodeText
    title: Title
    help: Annotated[str, Field(max_length=120)] = ""
    required: bool = False
    fetched: bool = False

    @model_validator(mode="after")
    def _fetched_is_never_required(self) -> Self:
        if self.fetched and self.required:
            raise BadMatterError(f"{self.kind}: what can be fetched is never asked for")
        return self


class Branch(Strict):
    """One of several that work on a step at the same time (并联)."""

    code: CodeText
    title: Title
    level: Level
    role: Role | None = None
    workdays: Days
    article: Words


class Step(Strict):
    """One step. ``outcomes`` leads each result of the work to ``next`` or back to an earlier step by its code.

    ``kind``: accept, work, publish (``days`` natural days), decide, deliver (the letter reaches the person).
    ``workdays``: the deadline in working days from the step's first day, itself not counted. ``when``: only for a form
    that says so; acceptance, decision and delivery are for every form.
    """

    code: CodeText
    kind: Literal["accept", "work", "publish", "decide", "deliver"]
    title: Title
    level: Level = "township"
    role: Role | None = None
    workdays: Days | None = None
    days: Annotated[int, Field(ge=1, le=60)] | None = None
    article: Words
    branches: tuple[Branch, ...] = ()
    outcomes: dict[CodeText, CodeText] = Field(default={})
    outcome_words: dict[CodeText, Title] = Field(default={})
    separate: bool = True
    when: When = Field(default={})

    @model_validator(mode="after")
    def _has_its_deadline(self) -> Self:
        if (self.days is not None) != (self.kind == "publish"):
            raise BadMatterError(f"{self.code}: only a publication lasts natural days")
        if self.kind != "publish" and self.workdays is None and not self.branches:
            raise BadMatterError(f"{self.code}: no deadline")
        if (self.branches and self.kind != "work") or (self.when and self.kind not in ("work", "publish")):
            raise BadMatterError(f"{self.code}: only work has branches, and every form is accepted, decided, delivered")
        once([one.code for one in self.branches], self.code)
        return self


class Supervision(Strict):
    """How many of a hundred are drawn for a second look, and by which article."""

    random_percent: Annotated[int, Field(ge=0, le=100)]
    article: Words


class Total(Strict):
    """Working days of the whole procedure, by who decides. ``when``: of a form that says so."""

    county: Days
    township: Days
    article: Words
    when: When = Field(default={})


class Matter(Strict):
    """A declared matter, one version of it."""

    code: CodeText
    title: Title
    version: Annotated[str, Field(min_length=1, max_length=16)]
    prefix: Annotated[str, Field(pattern=r"^[A-HJ-NP-Y]{1,3}$")]
    summary: Words
    guide: str | None = None
    applicants: tuple[Literal["self", "head", "proxy", "clerk"], ...]
    form: tuple[FieldSpec, ...] = ()
    papers: tuple[PaperSpec, ...] = ()
    steps: tuple[Step, ...]
    total: Total
    other_totals: tuple[Total, ...] = ()
    supervision: Supervision | None = None
    profile: CodeText = "act2026"
    hooks: CodeText | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        once([one.name for one in self.form], self.code)
        ask_in_order(self.form, self.code)
        once([one.kind for one in self.papers], self.code)
        once([one.code for one in self.steps], self.code)
        _in_order([one.kind for one in self.steps], self.code)
        for when in [*(one.when for one in self.steps), *(one.when for one in self.other_totals)]:
            asks_of(self.form, when, self.code)
        for number, step in enumerate(self.steps):
            _leads_somewhere(step, [one.code for one in self.steps[1:number]])
        if self.guide is not None and self.guide not in guide_items():
            raise BadMatterError(f"{self.code}: no guide {self.guide}")
        return self

    def step(self, code: str) -> Step:
        """The step of this code (``StopIteration`` never reaches a user: cases name only steps of their matter)."""
        return next(one for one in self.steps if one.code == code)

    def after(self, code: str, form: Mapping[str, Any]) -> Step | None:
        """The step that follows for a form; None after the last."""
        place = [one.code for one in self.steps].index(code) + 1
        return next((one for one in self.steps[place:] if applies(one.when, form)), None)

    def total_for(self, form: Mapping[str, Any]) -> Total:
        """How long the whole may take for a form."""
        return next((one for one in self.other_totals if applies(one.when, form)), self.total)

    def of_kind(self, kind: str) -> Step | None:
        """The first step of a kind."""
        return next((one for one in self.steps if one.kind == kind), None)

    def paper(self, kind: str) -> PaperSpec | None:
        return next((one for one in self.papers if one.kind == kind), None)


def _in_order(kinds: Sequence[str], where: str) -> None:
    """Accept first, one decision, the delivery after it as the last, publications before it."""
    once = [kinds.count(kind) for kind in ("accept", "decide", "deliver")]
    if once != [1, 1, 1] or kinds[0] != "accept" or list(kinds[-2:]) != ["decide", "deliver"]:
        raise BadMatterError(f"{where}: steps are accept … decide, deliver")


def _leads_somewhere(step: Step, earlier: Sequence[str]) -> None:
    wrong = [to for to in step.outcomes.values() if to != "next" and to not in earlier]
    if wrong or set(step.outcome_words) - set(step.outcomes):
        raise BadMatterError(f"{step.code}: an outcome leads to no earlier step: {wrong}")


# -- what cannot be data


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a decision is made on, frozen into it: facts, the sum line by line, the parameters used with sources.

    ``amount`` is what a publication shows (yuan a month, as text); ``words`` are lines a family can read.
    """

    profile: str
    facts: Mapping[str, Any]
    lines: Mapping[str, Any]
    parameters: Sequence[Any] = ()
    members: int = 1
    amount: str | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a machine may decide alone (秒批, R-002): every condition of it was checked by machine."""

    outcome: Literal["granted", "refused"]
    calculation: Calculation
    reason: str | None = None
    article: str | None = None


def _no_faults(_work: Work, _case: "Case", _form: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def _no_ruling(_work: Work, _case: "Case", _form: Mapping[str, Any]) -> Ruling | None:
    return None


def _nothing_happens(_work: Work, _case: "Case", _decision: "Decision") -> None:
    return None


def _just_accepted(_work: Work, _case: "Case") -> None:
    return None


def _any_outcome(_work: Work, _case: "Case", _outcome: str) -> None:
    return None


def _by_place(_work: Work, _case: "Case") -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """A domain's own rules for its matters. ``check``: field → what is wrong with it, in Chinese.

    ``automatic`` may decide at once after a submission; ``calculate`` gives what is decided on (None: the form alone);
    ``accepted`` runs when a person has accepted the case; ``finishing`` before a working step ends with an outcome and
    may refuse it; ``level`` says whether township or county decides where a step leaves it open (None: by the place's
    list); ``decided`` runs in the transaction of the decision, e.g. to grant the benefit.
    """

    check: Callable[[Work, "Case", Mapping[str, Any]], Mapping[str, str]] = _no_faults
    automatic: Callable[[Work, "Case", Mapping[str, Any]], Ruling | None] = _no_ruling
    calculate: Callable[[Work, "Case", Mapping[str, Any]], Calculation] | None = None
    accepted: Callable[[Work, "Case"], None] = _just_accepted
    finishing: Callable[[Work, "Case", str], None] = _any_outcome
    level: Callable[[Work, "Case"], str | None] = _by_place
    decided: Callable[[Work, "Case", "Decision"], None] = _nothing_happens


@dataclass
class Registry:
    """The matters of this process by code, with their older versions, and the hooks by name."""

    matters: dict[str, Matter] = field(default_factory=dict)
    versions: dict[tuple[str, str], Matter] = field(default_factory=dict)
    hooks: dict[str, Hooks] = field(default_factory=dict)

    def add(self, matter: Matter) -> None:
        """The newest version comes last: ``matters`` holds what a new case gets, a running one keeps its own."""
        self.matters[matter.code] = matter
        self.versions[(matter.code, matter.version)] = matter

    def load(self, folder: Path) -> None:
        for path in sorted(folder.glob("*.yaml")):
            found = Matter.model_validate(strict_yaml.load(path))
            if (found.code, found.version) in self.versions:
                raise BadMatterError(f"{path.name}: {found.code} {found.version} stands twice")
            self.add(found)


class _Holder:
    registry: Registry | None = None


def registry() -> Registry:
    """The registry of this process, read from the files when it is first asked for."""
    if _Holder.registry is None:
        made = Registry()
        made.load(FOLDER)
        _Holder.registry = made
    return _Holder.registry


def register(name: str, hooks: Hooks) -> None:
    """Give the matters that name these hooks their rules; done once where the application is wired."""
    registry().hooks[name] = hooks


def matter_of(code: str) -> Matter:
    """Raises ``NoSuchMatterError``."""
    found = registry().matters.get(code)
    if found is None:
        raise NoSuchMatterError(matter=code)
    return found


def matter_of_case(case: "Case") -> Matter:
    """The version the case was begun with; a version whose file is gone is read as the present one."""
    return registry().versions.get((case.matter, case.matter_version)) or matter_of(case.matter)


def hooks_of(matter: Matter) -> Hooks:
    """The registered rules; plain ones for a matter without. Raises ``LookupError`` if nobody registered the name."""
    return Hooks() if matter.hooks is None else registry().hooks[matter.hooks]
