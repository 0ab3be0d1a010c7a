"""Three hundred invented rows of old registrations, taken in as an upload is, a few of them with something wrong."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.core.clock import local
from backend.core.db import Work
from backend.demo.civil_data import id_number
from backend.marriage import archive, archive_files
from backend.people.service import Viewer

ROWS = 300
FILE = "1986-2003年婚姻登记档案目录.csv"
HEADER = (
    "类别", "证件字号", "登记日期", "登记机关", "男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "盒号", "页码",
)  # fmt: skip
SURNAMES, GIVEN_HIS, GIVEN_HERS = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦", "国建志文德光明海", "秀桂玉淑春红丽珍"
FIRST_DAY = date(1986, 3, 3)
OFFICES = ("青山镇人民政府", "绿水镇人民政府", "示范县民政局")
WRONG = {41: "登记日期", 142: "男方身份证号", 243: "类别"}


def load(work: Work, officer: Viewer) -> None:
    """Everything through the verbs of the import, in one portion; the uploaded file does not stay."""
    with TemporaryDirectory() as folder:
        stored = archive_files.store(io.BytesIO(_file().encode()), Path(folder))
        run_id = archive.begin(work, officer, stored, FILE)
        done = 0
        for records in archive_files.portions(Path(folder) / stored.name, 0, archive.PORTION):
            ready = archive.prepare(records, stored.encoding, stored.header, local(work.now).date())
            archive.take_in(work, run_id, ready, done=done)
            done += len(records)
    archive.finish(work, run_id)


def _file() -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_rows())
    return text.getvalue()


def _rows() -> Iterator[list[str]]:
    for number in range(ROWS):
        row = dict(zip(HEADER, _row(number), strict=True))
        if number in WRONG:
            row[WRONG[number]] = _broken(row[WRONG[number]])
        yield list(row.values())


def _broken(cell: str) -> str:
    """As it happens when old books are typed in."""
    return {"结婚": "婚结"}.get(cell) or (cell[:-1] + "?" if len(cell) > 10 else "1997-02-30")  # noqa: PLR2004 - a date


def _row(number: int) -> list[str]:
    day = FIRST_DAY + timedelta(days=21 * number)
    his, hers = day - timedelta(days=8200 + 13 * number % 900), day - timedelta(days=7700 + 17 * number % 900)
    divorced = number % 12 == 7  # noqa: PLR2004 - one in twelve
    return [
        "离婚" if divorced else "结婚", f"青字第{number + 1:05d}号", day.isoformat(), OFFICES[number % len(OFFICES)],
        _name(number, GIVEN_HIS), id_number(his, 101), _name(3 * number + 5, GIVEN_HERS), id_number(hers, 102),
        f"{day.year}-{number % 9 + 1}", str(number % 80 + 1),
    ]  # fmt: skip


def _name(number: int, given: str) -> str:
    surname, first = SURNAMES[number % len(SURNAMES)], given[number // 3 % len(given)]
    return surname + first + given[number // 7 % len(given)] * (number % 4 != 0)
