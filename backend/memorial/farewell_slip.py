"""An invitation on paper (邀请单), for whoever's family hands it out: link, code to type and QR code."""

from backend.core.clock import local
from backend.core.db import Work
from backend.core.letters import Letter
from backend.memorial import deceased
from backend.memorial.farewell_guests import Invitation
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewell_rules import EARLY, grouped

SCAN = "扫码打开邀请"
DAY, TIME = "%Y年%m月%d日", "%H:%M"


def of(work: Work, row: Farewell, invitation: Invitation, site: str) -> Letter:
    """What stands on it; ``site`` is the address of the web pages."""
    starts = local(row.starts_at)
    return Letter(
        kind="farewell_invitation", title="告别仪式邀请", number=row.number, office=row.place,
        day=local(work.now).strftime(DAY), body=_body(row),
        rows=(
            ("请", invitation.guest.name), ("送别", deceased.find(work, row.deceased_id).name),
            ("时间", starts.strftime(f"{DAY} {TIME}")), ("地点", row.place), ("网址", f"{site}/farewell/"),
            ("邀请码", grouped(invitation.code)),
        ),
    )  # fmt: skip


def link(invitation: Invitation, site: str) -> str:
    """What the QR code opens."""
    return f"{site}/farewell/{invitation.code}"


def _body(row: Farewell) -> tuple[str, ...]:
    opens = local(row.starts_at - EARLY).strftime(TIME)
    how = (
        f"在外地不能来的，{opens}以后可以用手机看：扫左下角的码；或打开上面的网址，登录后输入邀请码。",
        "这张单子只给一个人用，第一次打开以后就只认这个人，请不要转发。不会用手机的，请家里人帮忙。",
    )
    if row.consent_until is None:
        return how
    return (*how, f"家属同意录像，最多保存到{row.consent_until:{DAY}}，之后删除。")
