"""The family's file: everything, made while it is sent, and a page that opens without a network."""

import json
import tracemalloc
import zipfile
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import insert

from backend.cases import paper_files
from backend.core.db import Work, unit_of_work
from backend.core.ids import new_id
from backend.memorial import hall_export, hall_files, hall_media, hall_words, tributes
from backend.memorial.tribute_models import Tribute
from backend.memorial.tributes import Offering
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import Family

SOME, MANY = 2 * hall_export.PORTION, 2000
ROOM = 500_000  # bytes; the words alone are three times as much
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def write(w: Work, family: Family, many: int, first: int = 0) -> None:
    """Words of the guest, one a day, shown to everybody."""
    rows = [
        {
            "id": new_id(), "hall_id": family.hall, "person_id": family.people["guest"], "kind": "words",
            "day": date(2020, 1, 1) + timedelta(days=at), "words": f"第{at}天，" + "想您" * 145, "shared": True,
            "shown": True, "created_at": w.now + timedelta(seconds=at // 2),  # of two at once none is lost
        }
        for at in range(first, many)
    ]  # fmt: skip
    w.session.execute(insert(Tribute), rows)


def taken(who: UUID, family: Family) -> zipfile.ZipFile:
    with unit_of_work() as w:
        asked = hall_export.order(w, who, family.hall)
    return zipfile.ZipFile(BytesIO(b"".join(hall_export.pieces(asked))))


def peak(who: UUID, family: Family) -> int:
    """Bytes of memory that making the file takes at most, its pieces being sent and forgotten."""
    with unit_of_work() as w:
        asked = hall_export.order(w, who, family.hall)
    tracemalloc.start()
    try:
        for _piece in hall_export.pieces(asked):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@sqlite
def test_two_thousand_words_are_all_there_and_take_no_more_memory_than_some(
    family: Family, work: WorkFactory, app: APIFlask
) -> None:
    son = family.people["son"]
    with work() as w:
        write(w, family, SOME)
    with app.app_context():
        taken(son, family)  # once for what is loaded at the first time
        before = peak(son, family)
        with work() as w:
            write(w, family, MANY, SOME)
        assert peak(son, family) < before + ROOM
        whole = taken(son, family)
    assert whole.testzip() is None
    said = json.loads(whole.read("纪念馆.json"))["words"]
    assert [one["words"].partition("，")[0] for one in said] == [f"第{at}天" for at in range(MANY)]
    page = whole.read("打开看.html").decode()
    assert page.count("<blockquote>") == MANY
    assert "http" not in page


@pytest.mark.both_databases
def test_the_page_has_the_life_the_pictures_and_only_what_one_may_read_and_markup_stays_text(
    family: Family, work: WorkFactory, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall_export, "PORTION", 1)
    son, daughter = family.people["son"], family.people["daughter"]
    with work() as w:
        hall_words.write_story(w, son, family.hall, "她生在江边。\n后来她教书。")
        hall_words.add_relative(w, son, family.hall, "王大山", "parent", dead=True)
        for caption in ("1968年", "看不到了"):
            row = hall_media.add(
                w, son, family.hall, hall_files.read(made.photo()), caption, revived=caption == "1968年"
            )
        hall_media.add(w, son, family.hall, hall_files.read(made.sound()), "妈妈说的话", revived=False)
        tributes.give(w, daughter, family.hall, Offering("letter", "<script>妈妈</script>"))
        tributes.give(w, daughter, family.hall, Offering("words", "还没有人看过"))
        tributes.give(w, son, family.hall, Offering("letter", "只给妈妈一个人"))
    with app.app_context():
        paper_files.remove(row.id)  # as if taken away in this moment
        whole = taken(daughter, family)
    page = whole.read("打开看.html").decode()
    assert "&lt;script&gt;妈妈" in page
    assert "还没有人看过" in page
    assert "只给妈妈一个人" not in page
    assert all(
        words in page
        for words in ("王𬱖兰", "农历闰六月初八", "后来她教书。", "王大山", "1968年 机器仿做", "妈妈说的话")
    )
    kept = [name for name in whole.namelist() if name.startswith("照片和录音/")]
    assert sorted(name.rpartition(".")[2] for name in kept) == ["jpg", "wav"]
    assert all(f'src="{name}"' in page for name in kept)
