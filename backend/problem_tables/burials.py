"""Errors of cemeteries, funeral services and visits to graves."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "burial.plot_held": Problem(409, "这个位置有人使用", "这个位置已有登记的使用人。请先办理变更，或另选一个位置。"),
    "burial.plot_full": Problem(409, "这个位置不能安葬", "这个位置已满或已停用。请另选一个位置，再登记。"),
    "burial.already_buried": Problem(409, "已登记安葬", "这位逝者已登记安葬。迁移的，请先办理迁出，再登记。"),
    "burial.fee_short": Problem(409, "余额不够", "维护费余额是 {balance} 元，不够这笔支出。请核对金额，再记账。"),
    "burial.voucher_used": Problem(409, "凭证号用过了", "凭证号“{voucher}”已经记过账。请核对凭证，换正确的号码。"),
    "burial.not_listed": Problem(
        422, "不在公示价目里", "这一项不在公示的价目里，不能收费。请从价目表中选择，或打电话问殡仪馆。"
    ),
    "burial.order_over": Problem(409, "现在不能这样做", "这一单现在是“{state_zh}”，不能这样办。请刷新页面查看。"),
    "burial.price_repeated": Problem(409, "这天已有价格", "这一项从这天起已有价格。请另选生效日期，再公布。"),
    "burial.no_grave": Problem(404, "没有找到墓位", "没有找到这个区号和墓位号。请核对墓证上的号码，或打电话问陵园。"),
    "burial.grave_unsafe": Problem(
        409, "墓位有险情", "这个墓位正在处理险情，暂时不能前往。请打电话问陵园，可以申请代祭扫。"
    ),
    "burial.plot_unchanged": Problem(409, "已经是这样", "这个位置已经停用，或者已经恢复。请刷新页面查看。"),
    "burial.grave_taken": Problem(409, "这天已有人约", "这个墓位这一天已有家人预约。请和家人一起去，或另选一天。"),
    "burial.too_many": Problem(422, "人数超过限额", "一个墓位一天最多 {most} 人同去。请减少人数，或分两天前往。"),
    "burial.errand_taken": Problem(409, "这天已有安排", "这个墓位这一天已有代祭扫。请和家人商量，或另选一天。"),
    "burial.errand_over": Problem(409, "已经处理", "这份代祭扫已经处理过，不能再改。请刷新页面查看。"),
}
