"""Errors of applications for memorial halls."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "memorial.martyr_asked": Problem(
        409, "烈士由国家纪念", "烈士不设私人纪念馆。情况已经记下并报给民政局；想祭扫，请联系退役军人事务局。"
    ),
    "memorial.hall_there": Problem(
        409, "已经有纪念馆了", "这位逝者已有纪念馆，一位逝者只设一座。请向家里人要邀请码，或带关系证明到窗口加入。"
    ),
    "memorial.papers_asked": Problem(422, "还缺材料", "还缺：{papers}。请拍照交上来；没有的，写一写为什么没有，再交。"),
    "memorial.application_moved": Problem(
        409, "申请已经变了", "这份申请现在“{state_zh}”，可能别人刚办过。请重新打开看一看再办。"
    ),
}
