"""The law's numbers: the value of a day, no silent default, and files that are refused."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend import reviews
from backend.core import params, strict_yaml
from backend.core.params import Dated, NoValueError, Parameters
from backend.core.strict_yaml import DuplicateKeyError

GOOD = """
cooling_off_days:
  title: 离婚冷静期
  unit: 天
  values:
    - {from: 2021-01-01, value: 30, source: 民法典第1077条, review_by: 2027-06-30}
    - {from: 2028-01-01, value: 20, source: 假设的修正, review_by: 2029-06-30}
    - {from: 2030-01-01, value: null, source: 假设的废止, review_by: 2031-06-30}
fee:
  title: 工本费
  unit: 元
  values: [{from: 2017-04-01, value: 0, source: 财税〔2017〕20号, review_by: 2026-01-01}]
"""


def _load(folder: Path, text: str) -> Parameters:
    path = folder / "params.yaml"
    path.write_text(text, encoding="utf-8")
    return params.load.__wrapped__(path)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2021, 1, 1), 30),
        (date(2027, 12, 31), 30),
        (date(2028, 1, 1), 20),
        (date(2029, 12, 31), 20),
    ],
)
def test_a_value_holds_from_its_day_to_the_day_before_the_next(tmp_path: Path, day: date, value: int) -> None:
    assert _load(tmp_path, GOOD).at("cooling_off_days", day).value == value


def test_a_value_comes_with_its_source(tmp_path: Path) -> None:
    found = _load(tmp_path, GOOD).at("cooling_off_days", date(2026, 11, 22))
    assert found == Dated(30, "民法典第1077条", date(2021, 1, 1), date(2027, 6, 30))


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2030, 1, 1), date(2035, 1, 1)])
def test_a_day_without_a_value_raises(tmp_path: Path, day: date) -> None:
    with pytest.raises(NoValueError, match=f"cooling_off_days on {day}"):
        _load(tmp_path, GOOD).at("cooling_off_days", day)


def test_an_unknown_name_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        _load(tmp_path, GOOD).at("cooling_of_days", date(2026, 1, 1))


def test_zero_is_a_value(tmp_path: Path) -> None:
    assert _load(tmp_path, GOOD).at("fee", date(2026, 1, 1)).value == 0


def test_what_is_in_force_is_what_has_a_value_on_the_day(tmp_path: Path) -> None:
    book = _load(tmp_path, GOOD)
    assert {name: found.value for name, found in book.in_force(date(2028, 1, 1))} == {"cooling_off_days": 20, "fee": 0}
    assert [name for name, _ in book.in_force(date(2030, 1, 1))] == ["fee"]
    assert [name for name, _ in book.in_force(date(2018, 1, 1))] == ["fee"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from: 2028-01-01", "from: 2021-01-01"),
        ("from: 2028-01-01", "from: 2020-01-01"),
        ("from: 2028-01-01", "from: 1"),
        ("from: 2028-01-01, ", ""),
        ("value: 20, ", ""),
        ("source: 假设的修正, ", ""),
        ("source: 假设的修正", "source: ''"),
        (", review_by: 2029-06-30", ""),
        ("review_by: 2029-06-30", "review_by: soon"),
        ("value: 20", "value: 20, valeu: 20"),
        ("  unit: 天", "  unit: 天\n  units: 天"),
        ("  title: 工本费\n", ""),
        ("values: [{from: 2017-04-01, value: 0, source: 财税〔2017〕20号, review_by: 2026-01-01}]", "values: []"),
    ],
)
def test_a_file_with_a_fault_is_refused(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(ValidationError):
        _load(tmp_path, GOOD.replace(old, new))


def test_a_day_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        _load(tmp_path, GOOD.replace("2028-01-01", "2028-02-30"))


def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DuplicateKeyError):
        _load(tmp_path, GOOD + GOOD.split("fee:", maxsplit=1)[0])


# -- their reviews


def test_a_parameter_past_its_review_is_listed_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "marriage"
    folder.mkdir()
    (folder / "params.yaml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(reviews, "BACKEND", tmp_path)
    mine = "marriage/params.yaml: "
    assert mine + "fee" not in reviews.overdue(date(2026, 1, 1))
    assert mine + "fee" in reviews.overdue(date(2026, 1, 2))
    assert mine + "cooling_off_days" in reviews.overdue(date(2027, 7, 1))
    assert mine + "cooling_off_days" not in reviews.overdue(date(2028, 1, 1)), "the new value is fresh"


def test_every_file_with_a_review_day_is_looked_at() -> None:
    files = {path.relative_to(reviews.BACKEND).as_posix() for path in reviews.BACKEND.rglob("*.yaml")}
    dated = {name for name in files if "review_by:" in (reviews.BACKEND / name).read_text(encoding="utf-8")}
    assert dated - {name.partition(":")[0] for name in reviews.overdue(date.max)} == set()


def test_every_parameter_file_of_the_house_loads() -> None:
    for path in reviews.parameter_files():
        assert set(params.load(path).root) == set(strict_yaml.load(path))
