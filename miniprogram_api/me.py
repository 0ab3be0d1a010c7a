"""Oneself: what is known, what is missing, large type, the phone number, consents to messages: ``/api/v1/mini/me``."""

from typing import Any, cast

from apiflask import APIBlueprint

from backend import wechat
from backend.app import settings_of_app
from backend.core import phone as phones
from backend.core.db import Work, reading, unit_of_work
from backend.delivery import wechat_templates
from backend.notices import grants
from backend.notices.texts import book
from backend.residents import inbox, schemas, service
from backend.residents.documents import KINDS
from backend.residents.identity import providers
from backend.residents.masking import mask_id, mask_name, mask_phone
from backend.residents.models import WeChatAccount
from backend.residents.rules import ASSURANCE_ZH, Assurance, missing
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint("mini_me", __name__, url_prefix="/api/v1/mini/me", tag="我的")


@blueprint.get("")
@needs("account.use")
@blueprint.output(schemas.MeOut)
def get_me() -> dict[str, Any]:
    """我的资料（都打了码），还缺什么"""
    with reading() as work:
        return _me(work)


def _me(work: Work) -> dict[str, Any]:
    me = resident()
    account = work.session.get_one(WeChatAccount, me.account_id)
    level = service.assurance(account)
    return _person(account) | {
        "phone": mask_phone(account.phone) or None,
        "assurance": level,
        "assurance_zh": ASSURANCE_ZH[level],
        "large_type": account.large_type,
        "unread": inbox.unread(work, me.person_id) if me.person_id else 0,
        "missing": [_missing(need, wanted_for) for need, wanted_for in missing(level).items()],
        "providers": [
            {"name": one.name, "title": one.title, "kinds": sorted(one.kinds)} for one in providers().values()
        ],
    }


def _person(account: WeChatAccount) -> dict[str, Any]:
    person = account.person if account.unbound_at is None else None
    return {
        "name": mask_name(person.name) if person else None,
        "id_kind_zh": KINDS[person.id_kind] if person else None,
        "id_number": mask_id(person.id_number) if person else None,
    }


STEPS = {
    Assurance.PHONE: ("phone", "绑定手机号", "请在“我的”里点“获取手机号”"),
    Assurance.REAL_NAME: ("real_name", "实名认证", "请在“我的”里完成实名认证，也可以带身份证到窗口办理"),
    Assurance.COUNTER: ("counter", "当面核验", "请带身份证到窗口核验"),
}


def _missing(level: Assurance, wanted_for: list[str]) -> dict[str, Any]:
    step, title, what_to_do = STEPS[level]
    return {"needs": step, "title": title, "next": what_to_do, "wanted_for": wanted_for}


@blueprint.patch("")
@needs("account.use")
@blueprint.input(schemas.MePatch)
@blueprint.output(schemas.MeOut)
def patch_me(json_data: schemas.MePatch) -> dict[str, Any]:
    """打开或关闭长辈版大字"""
    me = resident()
    with unit_of_work(me.actor) as work:
        service.set_large_type(work, me.account_id, wanted=json_data.large_type)
        work.session.flush()
        return _me(work)


@blueprint.post("/phone")
@needs("account.use")
@blueprint.input(schemas.PhoneBody)
@blueprint.output(schemas.PhoneOut)
def post_phone(json_data: schemas.PhoneBody) -> dict[str, Any]:
    """绑定微信验证过的手机号；不绑也能用别的功能"""
    me, told = resident(), wechat.phone_number(json_data.code)
    number = _dialled(told.number, told.country_code)
    with unit_of_work(me.actor) as work:
        service.keep_phone(work, me.account_id, number)
    return {"phone": mask_phone(number)}


def _dialled(number: str, country_code: str) -> str:
    """As it is dialled; WeChat has verified it, so a number our table does not know yet is kept as it came."""
    whole = f"+{country_code}{number}"
    try:
        return phones.normalise(whole)
    except ValueError:
        return number if country_code == str(phones.COUNTRY_CODE) else whole


@blueprint.get("/subscriptions")
@needs("account.use")
@blueprint.output(schemas.SubscriptionsOut)
def get_subscriptions() -> dict[str, Any]:
    """可以订阅哪些微信提醒，各还能收几条"""
    with reading() as work:
        return _subscriptions(work)


@blueprint.post("/subscriptions")
@needs("account.use")
@blueprint.input(schemas.SubscriptionsBody)
@blueprint.output(schemas.SubscriptionsOut)
def post_subscriptions(json_data: schemas.SubscriptionsBody) -> dict[str, Any]:
    """告诉我们微信弹窗里的选择"""
    me = resident()
    with unit_of_work(me.actor) as work:
        grants.report(work, _openid(work), cast("dict[str, str]", json_data.answers))
        return _subscriptions(work)


def _openid(work: Work) -> str:
    return work.session.get_one(WeChatAccount, resident().account_id).openid


def _subscriptions(work: Work) -> dict[str, Any]:
    openid = _openid(work)
    return {
        "items": [
            {"template": name, "template_id": template_id, "left": grants.left(work, openid, name)}
            for name, template_id in sorted(_offered().items())
        ]
    }


def _offered() -> dict[str, str]:
    """The texts for residents that this installation's mini-program has a template for, by our name."""
    known = wechat_templates(settings_of_app())
    return {name: known[name] for name in book().for_residents & known.keys()}
