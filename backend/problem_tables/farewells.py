"""Errors of farewells."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "farewell.exists": Problem(409, "已经安排了告别", "这位逝者的告别已经安排（{number}）。请打开那一场，或先取消。"),
    "farewell.state": Problem(409, "现在不能这样做", "这场告别{state_zh}，不能这样做。请刷新页面，或打电话问殡仪馆。"),
    "farewell.code": Problem(404, "邀请打不开", "这份邀请已经用过或收回了。请给家属打个电话，请他们再发一份。"),
    "farewell.too_early": Problem(409, "还没到时间", "{at}以后就能看。到时候打开这一页，点“看告别仪式”。"),
    "farewell.no_stream": Problem(409, "现在没有画面", "直播没接通，或已经结束。请等几分钟再点，或打电话问家属。"),
    "farewell.consent": Problem(409, "家属还没同意录像", "没有家属的同意不能录像。请先请家属在手机上同意，再来登记。"),
    "farewell.full": Problem(409, "已经满了", "{what}最多 {most}。请先收回或撤下不用的，再添加。"),
}
