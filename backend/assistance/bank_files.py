"""The file a bank is paid by, and the file it answers with; the layout of each bank is data."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from backend.assistance.errors import ReturnFileError
from backend.assistance.money import NOTHING
from backend.core import strict_yaml
from backend.core.errors import BadInputError

FILE = Path(__file__).with_name("bank_formats.yaml")
MOST_BYTES = 20_000_000
Encoding = Literal["gb18030", "utf-8"]
Content = Literal["sequence", "reference", "holder", "account", "amount", "purpose"]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answering(_Strict):
    """The return file: its headings, and which results mean that the money has arrived."""

    encoding: Encoding
    reference: Text
    amount: Text
    result: Text
    why: Text
    paid: tuple[Text, ...]
    covers: Literal["all", "failures"]


class Format(_Strict):
    """One bank's layout; ``amount``: in yuan with two places or in whole fen."""

    title: Text
    encoding: Encoding
    amount: Literal["yuan", "fen"]
    columns: dict[Text, Content]
    control: bool
    answer: Answering

    def money(self, amount: Decimal) -> str:
        return str(amount) if self.amount == "yuan" else str(int(amount * 100))

    def yuan(self, text: str) -> Decimal:
        """Raises ``InvalidOperation`` for what is not a number."""
        amount = Decimal(text.strip().replace(",", ""))
        return amount if self.amount == "yuan" else amount / 100


class _Formats(RootModel[dict[str, Format]]):
    pass


@dataclass(frozen=True, slots=True)
class PayLine:
    """One payment to one account, yuan."""

    reference: str
    holder: str
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one line."""

    reference: str
    paid: bool
    why: str


@cache
def formats() -> Mapping[str, Format]:
    return _Formats.model_validate(strict_yaml.load(FILE)).root


def format_of(bank: str) -> Format:
    """Raises ``BadInputError`` for a bank nobody described."""
    found = formats().get(bank)
    if found is None:
        raise BadInputError(field="bank", why="没有这家银行的文件格式")
    return found


def written(bank: Format, lines: Sequence[PayLine], purpose: str) -> bytes:
    """A heading, a line per payment, and a control line with count and sum where the bank wants it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(bank.columns)
    for number, line in enumerate(lines, 1):
        writer.writerow([_cell(bank, content, line, number, purpose) for content in bank.columns.values()])
    if bank.control:
        total = sum((line.amount for line in lines), NOTHING)
        writer.writerow(["合计", len(lines), bank.money(total)])
    return out.getvalue().encode(bank.encoding)


def _cell(bank: Format, content: Content, line: PayLine, number: int, purpose: str) -> str:
    """No line breaks from a name or an account: they would be another payment to a careless reader."""
    made = {
        "sequence": str(number), "reference": line.reference, "holder": line.holder, "account": line.account,
        "amount": bank.money(line.amount), "purpose": purpose,
    }  # fmt: skip
    return "".join(sign for sign in made[content] if sign.isprintable())


def read_answer(bank: Format, data: bytes, lines: Iterable[PayLine]) -> list[Answer]:
    """What became of every line, in their order. Raises ``ReturnFileError``; then nothing of it counts.

    A line that is not ours, comes twice or has another amount: the file answers something else.
    """
    ours, found = {line.reference: line for line in lines}, dict[str, Answer]()
    for number, row in _rows(bank.answer, data):
        reference = row[bank.answer.reference].strip()
        if reference not in ours or reference in found:
            raise ReturnFileError(why=f"第{number}行的流水号不在这一批里，或出现了两次")
        _require_same(bank, row, ours[reference], number)
        result = row[bank.answer.result].strip()
        found[reference] = Answer(reference, result in bank.answer.paid, row[bank.answer.why].strip())
    missing = [reference for reference in ours if reference not in found]
    if missing and bank.answer.covers == "all":
        raise ReturnFileError(why=f"少了{len(missing)}笔，第一笔是 {missing[0]}")
    return [found.get(reference, Answer(reference, paid=True, why="")) for reference in ours]


def _rows(answer: Answering, data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > MOST_BYTES:
        raise ReturnFileError(why="文件太大")
    try:
        text = data.decode("utf-8-sig" if answer.encoding == "utf-8" else answer.encoding)
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restval="")
        rows = [(reader.line_num, {name: cell for name, cell in row.items() if name}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReturnFileError(why="文件的编码或格式不对") from error
    needed = {answer.reference, answer.amount, answer.result, answer.why}
    if missing := needed - set(reader.fieldnames or ()):
        raise ReturnFileError(why=f"缺少“{min(missing)}”这一列")
    return rows


def _require_same(bank: Format, row: Mapping[str, str], line: PayLine, number: int) -> None:
    try:
        amount = bank.yuan(row[bank.answer.amount])
    except InvalidOperation as error:
        raise ReturnFileError(why=f"第{number}行的金额不是数字") from error
    if amount != line.amount:
        raise ReturnFileError(why=f"第{number}行的金额与发放文件不同")
