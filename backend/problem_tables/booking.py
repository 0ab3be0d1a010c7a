"""Errors of appointments."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "booking.unknown_matter": Problem(404, "这里不办这件事", "这个地方不办这件事。请在列表中重新选择事项或办事地点。"),
    "booking.other_entrance": Problem(422, "请换个入口预约", "“{matter}”请从“{entrance}”里预约，会先帮您核对条件。"),
    "booking.slot_full": Problem(409, "这个时间约满了", "这个时间刚刚约满。请选别的时间，或加入候补名单。"),
    "booking.slot_closed": Problem(409, "这个时间不办理", "这个时间办事处不开放。请选别的时间。"),
    "booking.slot_over": Problem(409, "这个时间已过", "这个时间已经开始或过去了。请选后面的时间。"),
    "booking.not_consecutive": Problem(
        409, "连续时间不够", "办这件事要连着几个时段，这里后面不够了。请选更早的时间或别的日子。"
    ),
    "booking.not_open_yet": Problem(
        409, "还没有开始预约", "这一天的预约 {opens_at} 开始。请到时再来，或先选别的日子。"
    ),
    "booking.cut_off": Problem(409, "网上预约已截止", "这一天的网上预约已截止。请选别的日子，或直接到窗口取现场号。"),
    "booking.quota_full": Problem(409, "这件事当天约满了", "这件事当天的名额满了。请选别的日子，或加入候补名单。"),
    "booking.outside_period": Problem(
        422, "不在可办的日子里", "按规定，这件事只能在 {first} 到 {last} 之间办。请选这段时间。"
    ),
    "booking.already_booked": Problem(
        409, "已经有预约了", "您或另一方已有一个同样的预约。请看“我的预约”，可以改时间或先取消。"
    ),
    "booking.banned": Problem(
        403, "暂时不能网上预约", "因多次未到或临时取消，{until} 前不能网上预约。仍可到窗口现场办理。"
    ),
    "booking.wrong_parties": Problem(422, "人数不对", "办这件事要填 {needed} 位不同的人。请核对姓名和证件号后再提交。"),
    "booking.settled": Problem(409, "预约已有结果", "这个预约已经取消或办完，不用再操作。请看“我的预约”。"),
    "booking.not_today": Problem(422, "现场号只能当天取", "现场号只能当天取。其他日子请用预约。"),
    "booking.places_left": Problem(409, "还有空位", "这一天还有空位，不用候补。请直接选时间预约。"),
    "booking.no_waiting_list": Problem(409, "没有候补名单", "这件事没有候补名单。请选别的日子，或打电话问办事处。"),
    "booking.already_waiting": Problem(409, "已经在候补", "您已在这一天的候补名单里，有空位会通知您。请留意消息。"),
    "booking.offer_gone": Problem(409, "保留的名额已过期", "为您保留的名额已过时间或已放弃。请重新预约或再次候补。"),
    "booking.not_yourself": Problem(422, "请填写您本人", "网上预约要有您本人的姓名和证件号。请补上后再提交。"),
    "booking.already_lifted": Problem(409, "限制已经解除", "这个限制已经解除或到期，不用再处理。请刷新页面查看。"),
    "booking.wrong_qr": Problem(422, "签到码不对", "这不是{office}的签到码。请扫大厅里的签到码，或找工作人员帮忙。"),
    "booking.too_early": Problem(409, "还没到签到时间", "签到从 {opens_at} 开始。请到时再扫码，不用提前排队。"),
    "booking.too_late": Problem(409, "预约时间已过", "您约的时间已经过了。请到窗口告诉工作人员，看今天还能不能办。"),
    "booking.other_day": Problem(
        409, "不是今天的预约", "这是 {day} 的预约，今天不能签到。请当天再来，或改到今天的时间。"
    ),
    "booking.nobody_waiting": Problem(409, "没有人在等", "现在没有人在排队。请过一会儿再叫号。"),
    "booking.window_busy": Problem(409, "窗口还有人", "{label} 号还在这个窗口。请先点“办完”或“未到”，再叫下一位。"),
    "booking.call_again": Problem(409, "请再叫一次", "这位群众只叫了 {times} 次，要叫满 3 次。请再叫一次，声音大些。"),
    "booking.ticket_state": Problem(409, "这个号已变化", "这个号刚被别的窗口处理了。请刷新页面查看最新情况。"),
    "booking.day_unchanged": Problem(409, "这一天没有变化", "{day} 已经是您要的状态，不用再改。请刷新页面查看。"),
}
