"""Errors of farewells."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "farewell.exists": Problem(409, "已经安排了告别", "这位逝者的告别已经安排（{number}）。请打开那一场，或先取消。"),
    "farewell.state": Problem(409, "现在不能这样做", "这场告别{state_zh}，不能这样做。请刷新页面，或打电话问殡仪馆。"),
    "farewell.code": Problem(404, "邀请打不开", "这份邀请已经用过或收回了。请给家属打个电话，请他们再发一份。"),
    "farewell.too_early": Problem(409, "还没到时间", "{at}以后就能看。到时候打开这一页，点“看告别仪式”。"),
    "farewell.no_stream": Problem(409, "现在没有画面", "直播没接通，或已经结束。请等几分钟再点，或打电话问家属。"),
    "farewell.consent": Problem(
        409, "家属没有都同意", "表态的家属都同意，才能录像。请先请家属在手机上或纸上同意，再来登记。"
    ),
    "farewell.full": Problem(409, "已经满了", "{what}最多 {most}。请先收回或撤下不用的，再添加。"),
    "farewell.paused": Problem(409, "请稍等", "画面断了，工作人员正在处理。请等几分钟再点，不用重新登录。"),
    "farewell.changed": Problem(409, "别人刚改过", "这场告别刚才有人改过。请看清楚现在的情况，需要的话再办一次。"),
    "farewell.hand_over": Problem(404, "请重新点开", "这个链接只能用一次，一分钟内有效。请回到小程序，重新点“进入”。"),
    "farewell.room_shut": Problem(401, "这一页关上了", "请回到小程序，重新点“进入”。点不开的，请给家属打个电话。"),
    "farewell.slip": Problem(409, "不用再打印", "这份邀请已经打开，或别人刚打印过。请刷新页面看一看，需要时另请一位。"),
}
