"""Errors of residents and the front door."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "wechat.push_refused": Problem(
        401, "推送未通过校验", "签名、时间或加密不对，没有记录。请核对微信后台的消息推送设置。"
    ),
    "wechat.not_configured": Problem(503, "微信尚未开通", "这里还没有接入微信小程序。请到窗口办理，或打电话给民政局。"),
    "wechat.busy": Problem(503, "微信暂时没有回应", "微信暂时没有回应，您的资料没有丢。请过一分钟再试一次。"),
    "wechat.code_invalid": Problem(401, "登录码已失效", "登录码无效或已过期，请重新打开小程序。"),
    "wechat.code_used": Problem(401, "登录码已用过", "这个登录码已经用过一次，请重新打开小程序。"),
    "wechat.account_blocked": Problem(
        403, "微信账号受限", "微信暂时限制了这个账号登录。请到窗口办理，或打电话给民政局。"
    ),
    "wechat.phone_code_invalid": Problem(
        422, "没有取到手机号", "手机号授权已过期或已用过。请再点一次“获取手机号”，也可以自己填写。"
    ),
    "residents.needs_phone": Problem(
        403, "请先绑定手机号", "办这件事要能联系到您。请先在“我的”里绑定手机号，再试一次。"
    ),
    "residents.needs_real_name": Problem(
        403, "请先实名认证", "办这件事要确认是您本人。请先在“我的”里完成实名认证；也可以带身份证到窗口办理。"
    ),
    "residents.needs_counter": Problem(
        403, "请到窗口核验", "办这件事要当面核对证件。请带身份证到窗口核验，之后就能在手机上办。"
    ),
    "residents.no_proxy": Problem(
        403, "没有代办授权", "对方还没有授权您代办这件事，或授权已到期。请让对方在“亲友代办”里确认。"
    ),
}
