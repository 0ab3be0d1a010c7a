"""The ledger of what people allow us to send by WeChat: one "yes" is one message, except for long-term templates.

``template`` is a name of ours (``SHOUWANG_WECHAT_TEMPLATES``) or an id of the account; both name the same line, because
a "yes" belongs to the account's template. What WeChat says at a send is the truth; the ledger only saves a send that is
known to be refused, and lets the mini-program ask again in time.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, cast

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.crypto import keyring
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.notices.channels.base import ChannelName, Outcome, OutgoingMessage, Reason, refused
from backend.notices.models import SubscriptionGrant
from backend.settings import Settings

Source = Literal["client", "push"]
ANSWERS = frozenset({"accept", "reject", "ban", "filter"})
# The mini-program and WeChat both tell of one "yes", within seconds; it counts once.
SAME_POPUP = timedelta(minutes=2)
MOST_PER_POPUP = 5  # WeChat shows no more templates in one popup
KNOWN_EMPTY = "no consent left"


def index_of(openid: str) -> str:
    """How a person of WeChat is found in the database."""
    return keyring().blind_index("openid", openid)


def template_id(template: str) -> str:
    """The account's template id for a name of ours; an id stays as it is."""
    return _settings().wechat_templates.get(template, template)


def is_long_term(template: str) -> bool:
    """Whether one "yes" to this template is for good."""
    wanted = template_id(template)
    return any(template_id(name) == wanted for name in _settings().wechat_long_term)


def _settings() -> Settings:
    return cast("Settings", current_app.config["SHOUWANG"])


def add(work: Work, openid: str, template: str, n: int = 1, *, source: Source = "client") -> None:
    """Write down ``n`` times "yes". The same "yes" told by the other source within two minutes counts once."""
    line = SubscriptionGrant
    told_before = and_(line.accepted_by != source, line.accepted_at > work.now - SAME_POPUP)
    changed = {
        "remaining": case((told_before, line.remaining), else_=line.remaining + n),
        "accepted_by": case((told_before, None), else_=source),
        "accepted_at": work.now,
        "long_term": is_long_term(template),
        "refused_at": None,
    }
    first = {**changed, "remaining": n, "accepted_by": source}
    _write(work, openid, template, first, changed)


def take_back(work: Work, openid: str, template: str) -> None:
    """The person or WeChat said no: nothing is left, not even of a long-term "yes"."""
    values = {"remaining": 0, "long_term": False, "accepted_by": None, "refused_at": work.now}
    _write(work, openid, template, values, values)


def forget(work: Work, openid: str) -> None:
    """Somebody left for good: nothing may be sent any more."""
    mine = update(SubscriptionGrant).where(SubscriptionGrant.openid_index == index_of(openid))
    work.execute_dml(mine.values(remaining=0, long_term=False, refused_at=work.now, updated_at=work.now))


def spend(work: Work, openid: str, template: str) -> None:
    """A message went out: one "yes" less, never below none."""
    line = SubscriptionGrant
    work.execute_dml(
        update(line)
        .where(*_line(openid, template), line.remaining > 0, line.long_term.is_(False))
        .values(remaining=line.remaining - 1, updated_at=work.now)
        .execution_options(synchronize_session=False)
    )


def left(work: Work, openid: str, template: str) -> int | None:
    """How many messages may still be sent; None when nobody knows. A long-term "yes" counts as one that stays."""
    found = select(SubscriptionGrant.remaining, SubscriptionGrant.long_term).where(*_line(openid, template))
    row = work.session.execute(found).one_or_none()
    if row is None:
        return None
    return max(int(row.remaining), 1) if row.long_term else int(row.remaining)


def report(work: Work, openid: str, answers: Mapping[str, str], *, source: Source = "client") -> None:
    """What a popup was answered: template → accept, reject, ban or filter. Raises ``BadInputError``.

    ``filter`` (WeChat dropped a template of the same name) says nothing about the person.
    """
    if len(answers) > MOST_PER_POPUP or not set(answers.values()) <= ANSWERS:
        raise BadInputError(field="订阅结果", why="不是微信给出的结果")
    for template, answer in sorted(answers.items()):
        if answer == "accept":
            add(work, openid, template, source=source)
        elif answer == "reject" and not is_long_term(template):
            _refuse_this_time(work, openid, template)
        elif answer != "filter":
            take_back(work, openid, template)


def _refuse_this_time(work: Work, openid: str, template: str) -> None:
    """A "no" in a popup does not undo an earlier "yes" that is not used up."""
    _write(work, openid, template, {"remaining": 0, "refused_at": work.now}, {"refused_at": work.now})


def before_send(work: Work, message: OutgoingMessage) -> Outcome | None:
    """The answer WeChat would give, when it is known beforehand that nothing is left; None: send it."""
    if message.channel != ChannelName.WECHAT or message.template is None:
        return None
    if left(work, message.to, message.template) != 0:
        return None
    return refused(Reason.NO_GRANT, KNOWN_EMPTY)


def after_send(work: Work, message: OutgoingMessage, outcome: Outcome | None) -> None:
    """Carry into the ledger what WeChat said about a send."""
    if outcome is None or message.channel != ChannelName.WECHAT or message.template is None:
        return
    if outcome.went_out:
        spend(work, message.to, message.template)
    elif outcome.reason == Reason.NO_GRANT and outcome.detail != KNOWN_EMPTY:
        take_back(work, message.to, message.template)


def _line(openid: str, template: str) -> tuple[ColumnElement[bool], ...]:
    line = SubscriptionGrant
    return (line.openid_index == index_of(openid), line.template == template_id(template))


def _write(work: Work, openid: str, template: str, first: dict[str, Any], changed: dict[str, Any]) -> None:
    key = {"openid_index": index_of(openid), "template": template_id(template)}
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(SubscriptionGrant).values(id=new_id(), **key, **first, updated_at=work.now)
    work.session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_={**changed, "updated_at": work.now})
    )
