"""Why a matter cannot be done today: the closed list, each with its article and its words. Pure data.

``kind``: ``no`` the law forbids it; ``elsewhere`` another office or a court can; ``missing`` something can be brought;
``wait`` it cannot be known yet, which is never a reason to refuse and never counts as a yes.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["no", "elsewhere", "missing", "wait"]


@dataclass(frozen=True, slots=True)
class Ground:
    kind: Kind
    article: str
    words: str


GROUNDS: dict[str, Ground] = {
    "under_age": Ground(
        "no", "民法典第1047条", "{who}到{day}还没有满{age}周岁，要到{full_on}才可以登记。请改约那天或以后。"
    ),
    "one_man_one_woman": Ground("no", "民法典第1046条", "结婚登记应当是一男一女。请核对双方填写的性别。"),
    "kin": Ground("no", "民法典第1048条", "双方是{relation}，法律禁止结婚。有疑问请到窗口或打电话问登记员。"),
    "not_voluntary": Ground("no", "民法典第1046条", "结婚要双方完全自愿。有人逼迫您时，请告诉登记员，或拨打110。"),
    "cannot_consent": Ground("no", "民法典第1046条", "{who}现在不能表达自己的意愿，不能登记。请向登记员或法院咨询。"),
    "has_spouse": Ground("no", "民法典第1041条、第1046条", "{who}还有配偶，不能再登记结婚。请先办完离婚登记。"),
    "status_contradiction": Ground(
        "missing",
        "婚姻登记条例第8条、第10条",
        "联网显示{who}的婚姻状况与声明不同。请带离婚证、法院文书或配偶的死亡证明来核对。",
    ),
    "identity_mismatch": Ground(
        "missing", "婚姻登记条例第10条", "{who}的姓名和证件号码与联网资料对不上。请带身份证原件来窗口核对。"
    ),
    "status_unknown": Ground(
        "wait", "婚姻登记条例第10条", "{who}的婚姻状况还没有查到。请登记员再查一次，查到以前不能办理。"
    ),
    "status_unavailable": Ground(
        "wait", "婚姻登记条例第10条", "联网查询中断，{who}的婚姻状况还没有查到。请稍等，恢复后再查。"
    ),
    "foreign_element": Ground(
        "elsewhere",
        "婚姻登记条例第2条第2款",
        "有一方是外国人、港澳台居民或华侨，请到省级民政部门确定的登记机关办理。",
    ),
    "both_in_person": Ground("no", "{in_person}", "这件事要双方本人一起来，不能请人代办。请约双方都有空的时间。"),
    "not_oneself": Ground("no", "{in_person}", "这件事要本人来办，不能请人代办。请约本人有空的时间。"),
    "registered_abroad": Ground(
        "elsewhere", "婚姻登记条例第14条", "不是在内地登记的婚姻，登记处不能办离婚。请向法院咨询。"
    ),
    "no_capacity": Ground(
        "elsewhere", "婚姻登记条例第14条", "{who}没有完全民事行为能力，登记处不能办离婚。请向法院咨询。"
    ),
    "no_agreement": Ground("missing", "民法典第1076条", "离婚登记要有双方签字的书面离婚协议。请先写好协议再来。"),
    "agreement_incomplete": Ground(
        "missing", "民法典第1076条", "离婚协议还没有写明：{missing}。请补写清楚，双方签字后再来。"
    ),
    "no_divorce_will": Ground(
        "no", "民法典第1076条", "离婚登记要双方自愿。有一方不同意时，请向法院咨询或先做家庭辅导。"
    ),
    "not_married": Ground(
        "missing", "婚姻登记条例第15条", "没有查到{who}的结婚登记。请带本人的结婚证来核对，遗失的可以先补领。"
    ),
    "not_each_other": Ground(
        "missing", "婚姻登记条例第10条、第15条", "联网显示双方不是彼此的配偶。请带双方的结婚证来核对。"
    ),
    "divorce_running": Ground("no", "民法典第1077条", "双方已有一份离婚申请正在办理，不用再申请。请按原来的日期来。"),
    "no_application": Ground("no", "婚姻登记条例第16条", "没有查到双方的离婚登记申请。请先预约离婚登记申请。"),
    "other_office": Ground("elsewhere", "婚姻登记条例第16条", "请到收到离婚申请的登记处办理：{office}。"),
    "still_cooling": Ground(
        "no", "民法典第1077条", "三十日的撤回期还没有过。请在{window_from}到{window_until}之间双方一起来。"
    ),
    "window_over": Ground("no", "民法典第1077条第2款", "领离婚证的期限已过，原申请视为撤回。仍要离婚请重新申请。"),
    "withdrawal_over": Ground("no", "民法典第1077条第1款", "可以撤回的期间已过。不想离婚了，不来领证就视为撤回。"),
    "archive_missing": Ground(
        "missing", "婚姻登记条例第21条", "还没有查到原来的登记档案。请说明登记的时间和地点，由登记员查找。"
    ),
    "has_record": Ground(
        "no", "民函〔2015〕266号", "查到{who}有婚姻登记记录，不能出具无记录证明。需要证明的，请改办补领婚姻登记证。"
    ),
    "no_record_not_issued": Ground(
        "no", "民函〔2015〕266号", "用于“{country}”的无婚姻登记记录证明已停止出具。请向要求材料的单位说明。"
    ),
    # Only a registrar who has the people and the papers before them can say these.
    "papers_doubtful": Ground("missing", "婚姻登记条例第10条", "证件或声明有疑问，需要核实。请按登记员说的补充材料。"),
    "not_the_person": Ground("no", "婚姻登记条例第10条", "来的人与证件不是同一个人，不能登记。请本人带证件来办。"),
    "will_unclear": Ground("no", "婚姻登记条例第9条、第10条", "登记员当面询问后，不能确认双方自愿。请想清楚后再约。"),
    "coerced": Ground(
        "no", "民法典第1046条；婚姻登记条例第6条", "有被胁迫的情形，不能登记。需要帮助请拨打110或12338。"
    ),
    "false_statement": Ground("no", "婚姻登记条例第23条", "声明与事实不符，不能登记。请如实说明后再约。"),
}

BY_REGISTRAR = frozenset({"papers_doubtful", "not_the_person", "will_unclear", "coerced", "false_statement"})
IN_PERSON = {
    "marriage_registration": "民法典第1049条；婚姻登记条例第7条",
    "divorce_application": "民法典第1076条；婚姻登记条例第13条",
    "divorce_certificate": "民法典第1077条；婚姻登记条例第16条",
    "divorce_withdrawal": "民法典第1077条；婚姻登记条例第16条",
    "certificate_reissue": "婚姻登记条例第21条",
    "no_record_proof": "民函〔2015〕266号",
}

BOTH = "双方本人一起来，不能代办"
WHO_COMES = {
    "marriage_registration": BOTH,
    "divorce_application": BOTH,
    "divorce_certificate": BOTH,
    "divorce_withdrawal": "任何一方本人来",
    "certificate_reissue": "本人来（一方或双方）",
    "no_record_proof": "本人来",
    "premarital_counselling": "一个人或两个人都可以",
    "family_counselling": "一个人或两个人都可以",
    "award_ceremony": "新人一起来，可以请亲友观礼",
    "group_wedding": "新人一起来，可以请亲友观礼",
}
