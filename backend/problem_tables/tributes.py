"""Errors of tributes and of moderation."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "tributes.written_today": Problem(
        409, "今天已经写过", "今天在这里已经写过了。想重写，请先收回今天写的；或者明天再来。"
    ),
    "tributes.hall_rests": Problem(409, "纪念馆暂停", "这座纪念馆现在暂停祭扫。请过些天再来，或问问家里人。"),
    "moderation.wrong_state": Problem(409, "已经处理过", "这一条现在是“{state_zh}”，这一步做不了。请刷新后看下一条。"),
    "moderation.appealed_before": Problem(
        409, "已经复核过", "这一条已经请人复核过一次，不能再申请。有疑问请打电话问。"
    ),
    "moderation.same_eyes": Problem(409, "请换一位同事", "您已经对这一条做过决定，复核要由别的同事来看。请交给他们。"),
}
