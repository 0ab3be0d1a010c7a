"""What stands in a care agreement: the parties, what the carer does, who signed. Pure."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal["scattered", "institution"]
Duty = Literal["meals", "washing", "cleaning", "company", "medicine", "hospital", "errands", "safety"]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Signed = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
Party = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]

KIND_ZH: dict[str, str] = {"scattered": "分散供养（住在自己家）", "institution": "集中供养（住供养机构）"}
TITLE_ZH: dict[str, str] = {"scattered": "委托照料服务协议", "institution": "供养服务协议"}
TIER_ZH: dict[str, str] = {"able": "全自理", "partly": "半护理", "unable": "全护理"}
DUTY_ZH: dict[str, str] = {
    "meals": "做饭、送饭", "washing": "洗衣、洗澡、理发", "cleaning": "打扫屋子", "company": "每天看望、说说话",
    "medicine": "提醒吃药、陪同看病", "hospital": "住院时陪护", "errands": "买东西、取钱等跑腿的事",
    "safety": "用火、用电、防跌倒",
}  # fmt: skip
ENDED_ZH: dict[str, str] = {
    "renewed": "已续签或换签", "expired": "到期", "death": "本人去世", "stopped": "不再享受特困供养",
    "moved": "迁到别的镇街", "carer": "照料人不能再照料", "own_wish": "本人要求", "not_kept": "没有按协议照料",
}  # fmt: skip
BY_HAND = ("carer", "own_wish", "not_kept")  # the others are found out by the house itself


class Terms(BaseModel):
    """``carer``: the person, or the home; ``township``: who signed for it; ``signer``: the person or their guardian."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["2026-1"] = "2026-1"
    carer: Party
    relation: Short = ""
    phone: Short = ""
    duties: Annotated[tuple[Duty, ...], Field(min_length=1, max_length=8)]
    more: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    signer: Signed
    carer_signer: Signed
    township: Signed

    def duties_zh(self) -> list[str]:
        return [DUTY_ZH[one] for one in DUTY_ZH if one in self.duties]
