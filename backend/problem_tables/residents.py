"""Errors of residents and the front door."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "wechat.push_refused": Problem(
        401, "推送未通过校验", "签名、时间或加密不对，没有记录。请核对微信后台的消息推送设置。"
    ),
    "wechat.not_configured": Problem(503, "微信尚未开通", "这里还没有接入微信小程序。请到窗口办理，或打电话给民政局。"),
    "wechat.busy": Problem(
        503, "微信暂时没有回应", "微信暂时没有回应，您的资料没有丢。请过一分钟再试一次。", next="retry"
    ),
    "wechat.code_invalid": Problem(401, "登录码已失效", "登录码无效或已过期，请重新打开小程序。", next="log_in"),
    "wechat.code_used": Problem(401, "登录码已用过", "这个登录码已经用过一次，请重新打开小程序。", next="log_in"),
    "wechat.account_blocked": Problem(
        403, "微信账号受限", "微信暂时限制了这个账号登录。请到窗口办理，或打电话给民政局。"
    ),
    "wechat.phone_code_invalid": Problem(
        422, "没有取到手机号", "手机号授权已过期或已用过。请再点一次“获取手机号”，也可以自己填写。", next="phone"
    ),
    "residents.needs_phone": Problem(
        403, "请先绑定手机号", "办这件事要能联系到您。请先在“我的”里绑定手机号，再试一次。", next="phone"
    ),
    "residents.needs_real_name": Problem(
        403,
        "请先实名认证",
        "办这件事要确认是您本人。请先在“我的”里完成实名认证；也可以带身份证到窗口办理。",
        next="real_name",
    ),
    "residents.needs_counter": Problem(
        403, "请到窗口核验", "办这件事要当面核对证件。请带身份证到窗口核验，之后就能在手机上办。", next="counter"
    ),
    "residents.no_proxy": Problem(
        403, "没有代办授权", "对方还没有授权您代办这件事，或授权已到期。请让对方在“亲友代办”里确认。"
    ),
    "residents.proxy_oneself": Problem(422, "不用代办自己", "这是您自己的证件号，自己办事不用授权。请核对后再填。"),
    "residents.proxy_exists": Problem(
        409, "已经申请过", "您已向对方申请过，或正在替对方代办。请等对方答复；要改范围请先取消再申请。"
    ),
    "residents.proxy_lapsed": Problem(409, "申请已过期", "这个代办申请超过 30 天没有答复，已经失效。请对方重新申请。"),
    "residents.ward_needs_counter": Problem(
        409, "请到窗口办理", "由监护人代办的事，请监护人带身份证和监护证明到窗口登记或取消。"
    ),
    "residents.not_a_ward": Problem(
        422, "监护依据不对", "监护依据和被监护人的年龄不符。请核对出生日期后，重新选择依据。"
    ),
    "residents.agent_too_young": Problem(403, "未满 18 周岁", "代办人要年满 18 周岁。请换一位成年亲友来代办。"),
    "residents.too_many_agents": Problem(
        409, "代办人已满", "一个人最多有 {most} 位代办人。请先取消不再需要的，再添加新的。"
    ),
    "residents.too_many_principals": Problem(
        409, "代办名额已满", "一个人最多替 {most} 个人代办。请先取消不再需要的，再申请。"
    ),
    "residents.consent_missing": Problem(
        403, "需要您同意", "办这件事要先同意《{title}》。请看过说明后点“同意”，再试一次。", next="consent"
    ),
    "residents.consent_outdated": Problem(409, "说明已更新", "这份说明刚刚更新了。请看过新的内容，再点一次“同意”。"),
    "residents.correction_open": Problem(
        409, "正在处理", "这一项您已申请更正，正在处理。请等答复，或先撤回原来的申请。"
    ),
    "residents.erasure_blocked": Problem(409, "还有事没办完", "您还有没办完的事：{what}。请先办完或取消，再来注销。"),
    "residents.refresh_ended": Problem(
        401, "登录已过期", "登录已过期或已在别处退出。请重新打开小程序登录。", next="log_in"
    ),
    "residents.refresh_reused": Problem(
        401, "登录已退出", "为了安全，这台手机已退出登录。请重新打开小程序；不是您本人操作请联系民政局。", next="log_in"
    ),
    "residents.unknown_provider": Problem(
        422, "没有这种认证", "这里没有开通这种认证方式。请换一种，或带身份证到窗口核验。"
    ),
    "residents.kind_not_served": Problem(
        422, "证件不适用", "这种认证方式还不支持{kind_zh}。请换一种方式，或带证件到窗口核验。"
    ),
    "residents.provider_down": Problem(
        503, "认证服务没回应", "认证服务暂时没有回应，这次不计次数。请稍后再试，或到窗口核验。", next="retry"
    ),
    "residents.too_many_attempts": Problem(
        429, "今天次数已用完", "今天已经认证 5 次。请明天再试，或带身份证到窗口核验。", next="counter"
    ),
    "residents.child_needs_guardian": Problem(
        403, "需要监护人", "未满 14 周岁要由监护人办理。请监护人带双方证件到窗口登记，再来认证。", next="counter"
    ),
    "residents.name_differs": Problem(
        409, "姓名对不上", "这个证件号码登记的姓名与填写的不同。请核对后再试，或带证件到窗口核对。", next="counter"
    ),
    "residents.bound_to_another": Problem(
        409, "微信已绑定他人", "这个微信已绑定另一位。请用本人的微信认证；帮家人办事请用“亲友代办”。"
    ),
    "residents.person_dead": Problem(
        409, "不能使用这个证件", "这个证件号码不能在线使用。请带证件到窗口核对。", next="counter"
    ),
    "residents.counter_code": Problem(
        422, "核验码不对", "核验码不对、已过期，或与证件不符。请让本人在手机上重新取一个码。"
    ),
}
