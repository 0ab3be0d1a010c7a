"""What the programmes about a funeral share: the death, the registration, the rewards of a county (R-113, R-114). Pure.

The person of the facts is who has died.
"""

from datetime import date
from decimal import Decimal

from backend.assistance import personal
from backend.assistance.circumstances import FamilyFacts, Funeral, Reward
from backend.assistance.facts import FactsError
from backend.assistance.money import NOTHING, cents
from backend.assistance.profiles import same_day_later
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet, table

REWARD = "民政事业发展“十四五”规划：节地生态安葬、火化奖补"
REWARDS: dict[Reward, str] = {"ecological": "节地生态安葬补贴", "cremated": "遗体火化奖励"}


def check_death(sheet: Sheet, facts: FamilyFacts) -> date | None:
    """The day of death. Raises ``FactsError`` for one that lies ahead."""
    died = facts.person.died_on
    if died is None:
        sheet.need("death", "去世日期（我们向公安、医院核对，不用开证明）")
    elif died > sheet.day:
        raise FactsError("去世日期晚于今天，请核对去世日期。")
    return died


def check_registered(sheet: Sheet, funeral: Funeral, article: str) -> None:
    if funeral.local is None:
        sheet.need("registration", "逝者的户籍所在地")
    elif not funeral.local:
        sheet.against("not_local", article, "逝者户籍不在本县，请向户籍所在地民政部门申请，我们可以帮您联系。")


def check_in_time(sheet: Sheet, facts: FamilyFacts, since: date | None, parameter: str) -> None:
    """Applied for so many months after ``since`` at the latest."""
    months = sheet.value(parameter)
    if since is not None and personal.applied_on(sheet, facts) > same_day_later(since, months):
        sheet.against("reward_too_late", REWARD, f"已超过{months}个月，不能再办这项。生活困难的，可以申请临时救助。")


def check_not_given(sheet: Sheet, funeral: Funeral, name: Reward) -> None:
    if name in funeral.rewarded:
        sheet.against(
            "already_given", REWARD, f"这位逝者的{REWARDS[name]}已经发过，每位逝者只发一次。有疑问请打电话问我们。"
        )


def reward(sheet: Sheet, name: Reward) -> Decimal:
    """The county's amount, on the sheet with its source; zero where it pays none. Yuan, once."""
    amount = cents(table(sheet.value("funeral_rewards"))[name])
    if amount:
        sheet.because(name, REWARD, f"{REWARDS[name]}，感谢家属的支持。")
        sheet.line("standard", REWARDS[name], amount, sheet.take("funeral_rewards").source)
    return amount


def paid_once(sheet: Sheet, name: Reward, parameter: str) -> Verdict:
    """The verdict over one reward; ``parameter``: working days to decide in."""
    if sheet.refused or sheet.waits:
        return sheet.verdict()
    amount = reward(sheet, name)
    if amount == NOTHING:
        sheet.against("no_reward", REWARD, "本县现在没有这项奖补。以后有了，我们会公布，请留意。")
        return sheet.verdict()
    sheet.line("sum", "一次发给家属", amount)
    return sheet.verdict(category=name, once=amount, stages=(amount,), due_days=sheet.value(parameter))
