"""Errors of residents and the front door."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
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
}
