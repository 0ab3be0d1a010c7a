"""The words of benefits for those who work with them. Pure."""

from backend.assistance.together_file import table

STATES = {"active": "正在发放", "suspended": "已暂停", "phasing_out": "渐退期", "ended": "已结束"}
KINDS = {"regular": "当月救助金", "top_up": "补发", "price_subsidy": "价格补贴", "recovery": "扣回"}
MONTH_STATES = {"due": "待发", "batched": "在发放批次中", "paid": "已发", "failed": "没发成", "cancelled": "已取消"}
ACTS = {
    "benefit.change": "调整", "benefit.stop": "停发", "benefit.suspend": "暂停发放", "benefit.resume": "恢复发放",
    "benefit.visited": "复核：没有变化", "benefit.heard": "听取意见", "benefit.hearing_offered": "通知说明意见",
    "benefit.death": "登记去世", "benefit.sanction": "骗取救助的处理",
}  # fmt: skip
CORRECTIONS = {"top_up": "补发", "recovery": "扣回", "sanction": "骗取救助：追回并罚款"}
CORRECTION_STATES = {"proposed": "等另一位同事审批", "approved": "已审批", "refused": "没有同意"}
DONE = {
    "suspended": "已暂停发放。", "resumed": "已恢复发放。", "reviewed": "已复核，下次复核日期已更新。",
    "stopped": "已停发。", "changed": "已作出新的决定，按新的金额发。",
    "offered": "已通知本人说明意见，期限过后会列入复核。",
    "heard": "本人意见已记下，今天列入复核。", "death": "已登记去世，这家的救助马上复核。",
    "refused_work": "已记下这次拒绝工作。", "took_work": "已记下就业，拒绝次数清零。",
    "proposed": "已提交，等另一位同事审批。", "approved": "已审批，从本月起写入发放。", "refused": "已记为没有同意。",
}  # fmt: skip


def programme_names() -> dict[str, str]:
    return {code: one.title for code, one in table().names.items()}
