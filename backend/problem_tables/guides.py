"""Errors of guide items, questions and ratings."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "guides.unknown": Problem(404, "没有这份指南", "没有找到这份办事指南。请回到办事指南列表，重新选一项。"),
    "guides.no_question": Problem(404, "没有这个问题", "没有找到这个问题，可能已经过期。请重新提问。"),
    "guides.cite": Problem(422, "没有写依据", "答复要写明依据。请至少选一条办事指南里的内容。"),
    "ratings.not_invited": Problem(404, "没有可评的事", "没有找到要评价的事项。请从“我的评价”里选一件办完的事。"),
    "ratings.already_rated": Problem(409, "已经评价过了", "这件事您已经评价过了，不能再改。还有意见请拨打 12345。"),
    "ratings.no_task": Problem(404, "没有这个回访", "没有找到这个回访任务，或不在您负责的范围内。请刷新页面再看。"),
}
