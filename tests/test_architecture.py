"""The habits of the house, held by reading its own text. Import directions are import-linter's (``make contracts``)."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import create_engine

from backend.core.strict_yaml import load
from tests.support.sources import ROOT, Source, checks, code, dotted, everything, length

CLOCK = "backend/core/clock.py"
CLOCK_READERS = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|localtime|"
    r"gmtime))$"
)
DOMAINS = (
    "alarms", "assistance", "booking", "cases", "demo", "devices", "duty", "eldercare", "guides", "intake",
    "marriage", "memorial", "notices", "people", "ratings", "residents", "sensing", "timebank", "volunteers",
)  # fmt: skip
USUAL_FILES = {"__init__", "models", "states", "rules", "service", "schemas", "api", "errors"}
HABITS = (
    "same_file_names", "pure_rules", "one_clock", "database_refuses", "domain_errors", "transitions_are_a_table",
    "dated_parameters", "audience_when_wired", "outbox", "jobs", "lint_and_types", "tests_by_migrations",
)  # fmt: skip
LONGEST_FUNCTION = 40
LONGEST_FILE = 350
USUAL_FUNCTION = 10
MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
ASSERTING = re.compile(r"^(assert|expect|check|raises$|warns$|fail$|wait_(for|until))")


# -- one clock


def test_only_the_clock_reads_the_clock() -> None:
    found = [f"{one.path}:{line}" for one in code() if one.path != CLOCK for line in _clock_reads(one)]
    assert found == []


def _clock_reads(source: Source) -> Iterator[int]:
    names = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime")
        for alias in node.names
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            said = dotted(node)
            head, _, rest = said.partition(".")
            whole = f"{names.get(head, head)}.{rest}".rstrip(".")
            if CLOCK_READERS.search(whole):
                yield node.lineno


# -- the same few file names in every domain


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_has_the_usual_files_and_a_reason_for_every_other(domain: str) -> None:
    folder = ROOT / "backend" / domain
    listed = dict(load(folder / "quality.yaml").get("files") or {})
    extra = {path.stem for path in folder.glob("*.py")} - USUAL_FILES
    extra |= {path.name + "/" for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert extra == set(listed)
    assert all(len(str(reason)) > len(name) for name, reason in listed.items())


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_says_of_every_habit_how_it_is_held_or_why_it_is_exempt(domain: str) -> None:
    quality = load(ROOT / "backend" / domain / "quality.yaml")
    assert sorted(set(quality) - {"files"}) == sorted(HABITS)
    for habit in HABITS:
        reason = {"done": "how", "exempt": "why"}[quality[habit]["status"]]
        assert set(quality[habit]) == {"status", reason}
        assert quality[habit][reason].strip()


def test_every_folder_of_the_backend_is_a_domain_or_known_not_to_be_one() -> None:
    others = {"core", "console", "launch", "migrations", "problem_tables", "sandbox"}
    found = {path.name for path in (ROOT / "backend").iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert found == set(DOMAINS) | others


def test_nothing_is_called_utils() -> None:
    assert [one.path for one in everything() if Path(one.path).stem in ("utils", "util", "helpers", "misc")] == []


SHARED_TABLES = {"people", "eldercare", "residents"}  # the domains everybody stands on
STAND_ON = {
    ("assistance", "cases"),  # its hooks are given a case and a decision; it moves them by the engine's verbs
    ("memorial", "booking"),  # a day of graves is a day of a gate: read there, opened and closed by booking's verbs
    ("demo", "memorial"),  # written by the verbs alone; the seed names the types of what they return
    ("timebank", "volunteers"),  # matching asks the database which volunteers are near, able and free
}
READERS_OF_TABLES = {
    "backend/schema.py": "every model, for the migrations",
    "backend/metrics.py": "counts by plain SQL",
    "backend/intake/dedup.py": "the memory of accepted messages is a table of devices and used by nobody else",
    "backend/alarms/queries.py": "names the type of what notices_of returns",
}


def test_a_domains_tables_are_its_own() -> None:
    """Pages of the console may read by plain SQL; they change nothing but by verbs."""
    found = [
        f"{one.path} -> {table}"
        for one in code()
        for table in sorted(_tables_used(one))
        if not one.path.startswith((f"backend/{table}/", "backend/console/")) and one.path not in READERS_OF_TABLES
        if (one.path.split("/")[1], table) not in STAND_ON
    ]
    assert found == []


def _tables_used(source: Source) -> set[str]:
    named = {node.module or "" for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom)}
    return {
        match[1] for name in named if (match := re.fullmatch(r"backend\.(\w+)\.(?:\w+_)?models", name))
    } - SHARED_TABLES


# -- what fits in the eye


def test_functions_fit_in_the_eye() -> None:
    found = [
        f"{one.path}:{function.lineno} {function.name} has {length(function)} lines"
        for one in code()
        if "/migrations/" not in one.path
        for function in one.functions()
        if length(function) > LONGEST_FUNCTION
    ]
    assert found == []


def test_most_functions_are_short() -> None:
    lengths = [length(function) for one in code() if "/migrations/" not in one.path for function in one.functions()]
    assert median(lengths) < USUAL_FUNCTION


def test_files_fit_on_a_few_screens() -> None:
    found = [
        f"{one.path} has {one.text.count(chr(10))} lines"
        for one in everything()
        if "/migrations/versions/" not in one.path and one.text.count("\n") > LONGEST_FILE
    ]
    assert found == []


def test_nothing_is_left_to_be_done() -> None:
    found = [
        f"{one.path}:{number}"
        for one in everything()
        for number, line in enumerate(one.text.splitlines(), 1)
        if MARKS.search(line)
    ]
    assert found == []


def test_nothing_is_a_stub() -> None:
    found = [
        f"{one.path}:{node.lineno}"
        for one in code()
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    ]
    assert found == []


# -- exemptions carry their reason


def test_every_exemption_says_why() -> None:
    found = [
        f"{one.path}:{number}: {line.strip()}"
        for one in everything()
        for number, line in enumerate(one.text.splitlines(), 1)
        if not _explained(line)
    ]
    assert found == []


def _explained(line: str) -> bool:
    if re.search(r"#\s*type:\s*ignore", line):
        return bool(re.search(r"type: ignore\[[\w,\- ]+\]\s*#\s*\S", line))
    if re.search(r"#\s*(ruff:\s*)?noqa", line):
        return bool(re.search(r"noqa: [A-Z0-9, ]+[-(] ?\S", line))
    return True


def test_every_rule_that_ruff_leaves_out_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^ignore = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    assert [line for line in block[1].splitlines() if "#" not in line] == []
    assert tomllib.loads(text)["tool"]["mypy"]["strict"] is True


# -- tests


def test_every_test_asserts() -> None:
    found = [
        f"{one.path}:{function.lineno} {function.name}"
        for one in checks()
        for function in one.functions()
        if function.name.startswith("test_") and not _asserts(one, function)
    ]
    assert found == []


def _asserts(source: Source, function: ast.AST, depth: int = 2) -> bool:
    """Whether it asserts itself, or by a helper of its own file."""
    helpers = {one.name: one for one in source.functions() if not one.name.startswith("test_")}
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            if ASSERTING.match(name):
                return True
            if depth and name in helpers and _asserts(source, helpers[name], depth - 1):
                return True
    return False


def test_no_test_can_be_overlooked_by_pytest() -> None:
    found = [
        f"{one.path}:{function.lineno}"
        for one in checks()
        if not Path(one.path).name.startswith("test_")
        for function in one.tree.body
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
    ]
    twice = [one.path for one in checks() for name in _names_twice(one)]
    assert found + twice == []


def _names_twice(source: Source) -> set[str]:
    names = [node.name for node in source.tree.body if isinstance(node, ast.FunctionDef)]
    return {name for name in names if names.count(name) > 1}


def test_every_test_file_can_be_collected() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    collected = {line.partition("::")[0] for line in run.stdout.splitlines() if "::" in line}
    written = {one.path for one in checks() if Path(one.path).name.startswith("test_")}
    assert (run.returncode, written - collected) == (0, set()), run.stdout[-2000:]


# -- the database


def test_no_rule_of_a_domain_hides_in_an_orm_callback() -> None:
    """Only ``core/db.py`` listens, and only to the engine: for SQLite's settings."""
    found = [
        f"{one.path}:{node.lineno}"
        for one in code()
        if one.path != "backend/core/db.py"
        for node in ast.walk(one.tree)
        if isinstance(node, ast.ImportFrom | ast.Import) and _imports_events(node)
    ]
    assert found == []


def _imports_events(node: ast.ImportFrom | ast.Import) -> bool:
    names = {alias.name for alias in node.names}
    if isinstance(node, ast.Import):
        return "sqlalchemy.event" in names
    module = node.module or ""
    return (module.startswith("sqlalchemy") and bool(names & {"event", "validates", "reconstructor"})) or (
        module == "sqlalchemy.event"
    )


def test_models_and_migrations_agree(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from backend.schema import METADATA

    engine = create_engine(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert differences == []
