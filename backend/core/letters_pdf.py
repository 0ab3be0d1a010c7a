"""A paper as a PDF on A4, with the font inside the file: it looks the same wherever it is opened (decision 0031)."""

from importlib.resources import as_file, files
from io import BytesIO

import segno
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from backend.core.letters import Letter, Period, Sum

FONT, FONT_PACKAGE, FONT_FILE = "song", "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
MARGIN, LABEL_W, NUMBER_W, QR_MM = 22, 28, 9, 26
FOOT_MM = 48
NEVER_FIRST, NEVER_LAST = "，。；：、！？）》”’】%", "（《“‘【¥"
NOTHING_MORE = "（此页无正文）"
TITLE_PT, BIG_PT, TEXT_PT, STEP_PT, SMALL_PT = 22, 20, 12, 11, 10


def render(letter: Letter, link: str, scan: str) -> bytes:
    """The file. ``link`` is what its QR code opens, ``scan`` the words below it."""
    page = _page(letter)
    _line(page, letter.title, TITLE_PT, 16, align=Align.C)
    _line(page, f"编号：{letter.number}", SMALL_PT, 10, align=Align.R)
    for label, value in letter.rows:
        _row(page, label, value)
    for amount in letter.sums:
        _sum(page, amount)
    for number, words in enumerate(letter.steps, 1):
        _step(page, number, words)
    for period in letter.periods:
        _period(page, period)
    if letter.provisional:
        _boxed(page, f"暂定：{letter.provisional}")
    page.ln(3)
    for words in letter.body:
        _paragraph(page, words)
    _foot(page, letter, link, scan)
    return bytes(page.output())


def _page(letter: Letter) -> FPDF:
    page = FPDF(format="A4")
    page.set_margin(MARGIN)
    page.set_title(letter.title)
    page.set_lang("zh-CN")
    page.set_creator("守望")
    with as_file(files(FONT_PACKAGE) / FONT_FILE) as path:
        page.add_font(FONT, fname=path)
    page.set_font(FONT, size=TEXT_PT)
    page.add_page()
    return page


def _line(page: FPDF, words: str, size: int, height: float, align: Align = Align.L) -> None:
    page.set_font(FONT, size=size)
    page.cell(0, height, words, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _row(page: FPDF, label: str, value: str) -> None:
    page.set_font(FONT, size=TEXT_PT)
    page.cell(LABEL_W, 9, f"{label}：", new_x=XPos.RIGHT, new_y=YPos.TOP)
    page.multi_cell(0, 9, _broken(page, value), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _broken(page: FPDF, words: str) -> str:
    """The words with their line ends: none begins with a full stop, ends with an opening bracket or cuts a number."""
    width = page.w - page.r_margin - page.get_x() - 2 * page.c_margin
    lines, line = [], ""
    for sign in words:
        cut = len(line) if sign == "\n" else _cut(line + sign)
        if sign == "\n" or (line and page.get_string_width(line + sign) > width):
            lines.append(line[:cut])
            line = line[cut:]
        line += sign.strip("\n")
    return "\n".join([*lines, line])


def _cut(line: str) -> int:
    """Where a line that is one sign too long is best ended; at its end if everything is tied together."""
    ends = (at for at in range(len(line) - 1, 0, -1) if not _tied(line[at - 1], line[at]))
    return next(ends, max(len(line) - 1, 0))


def _tied(before: str, after: str) -> bool:
    return after in NEVER_FIRST or before in NEVER_LAST or (_in_a_word(before) and _in_a_word(after))


def _in_a_word(sign: str) -> bool:
    return sign.isascii() and not sign.isspace()


def _paragraph(page: FPDF, words: str) -> None:
    page.set_font(FONT, size=TEXT_PT)
    page.multi_cell(0, 8, _broken(page, words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _period(page: FPDF, period: Period) -> None:
    """A frame with the dates in large digits."""
    page.ln(3)
    top = page.get_y()
    page.set_xy(MARGIN + 4, top + 2)
    _line(page, period.title, TEXT_PT, 9)
    page.set_x(MARGIN + 4)
    _line(page, f"{period.first} 到 {period.last}", BIG_PT if len(period.last) < 12 else BIG_PT - 3, 12)  # noqa: PLR2004 - what fits on a line
    page.set_x(MARGIN + 4)
    _line(page, period.note, SMALL_PT, 8)
    page.rect(MARGIN, top, page.epw, page.get_y() - top + 2)
    page.ln(3)


def _sum(page: FPDF, amount: Sum) -> None:
    """A frame with the amount in digits, and in capitals below it."""
    page.ln(3)
    top = page.get_y()
    page.set_xy(MARGIN + 4, top + 2)
    _line(page, f"{amount.title}：{amount.figure}", BIG_PT, 12)
    page.set_x(MARGIN + 4)
    _line(page, f"（大写）{amount.capitals}", TEXT_PT, 9)
    page.rect(MARGIN, top, page.epw, page.get_y() - top + 2)
    page.ln(4)


def _step(page: FPDF, number: int, words: str) -> None:
    page.set_font(FONT, size=STEP_PT)
    page.cell(NUMBER_W, 7, f"{number}.", new_x=XPos.RIGHT, new_y=YPos.TOP)
    page.multi_cell(0, 7, _broken(page, words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _boxed(page: FPDF, words: str) -> None:
    page.ln(3)
    page.set_font(FONT, size=TEXT_PT)
    page.multi_cell(0, 8, words, border=1, align=Align.L, padding=2, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _foot(page: FPDF, letter: Letter, link: str, scan: str) -> None:
    """Seal, day and code stay together."""
    if page.will_page_break(FOOT_MM):
        page.add_page()
        _line(page, NOTHING_MORE, TEXT_PT, 9)
    page.ln(8)
    _line(page, f"{letter.office}（盖章）", TEXT_PT, 9, align=Align.R)
    _line(page, letter.day, TEXT_PT, 9, align=Align.R)
    picture = BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=6, border=2)
    page.image(picture, x=MARGIN, y=page.get_y() - 18, w=QR_MM)
    page.set_xy(MARGIN, page.get_y() + 9)
    _line(page, scan, SMALL_PT, 6)
