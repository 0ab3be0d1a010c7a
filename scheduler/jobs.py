"""The jobs table: a new job is one row."""

from scheduler import (
    activity_jobs,
    archive_jobs,
    assistance_jobs,
    booking_jobs,
    burial_jobs,
    case_jobs,
    desk_jobs,
    farewell_jobs,
    front_desk,
    hall_application_jobs,
    keeping,
    lead_jobs,
    marriage_jobs,
    memorial_jobs,
    order_jobs,
    resident_jobs,
    timebank_jobs,
    tribute_jobs,
    volunteer_jobs,
    watching,
    wechat,
)
from scheduler.runner import Job

HOUR_S, DAY_S = 3600, 86_400


def table() -> list[Job]:
    """Every job. Seconds; ``silence_limit_s`` leaves room for a restart and for a take-over of the lease."""
    return [*_watching(), *_front_desk(), *_assistance(), *_volunteers(), *_help_orders(), *_remembering()]


def _watching() -> list[Job]:
    return [
        Job("escalation", "报警升级", 1, watching.escalate, 30, everywhere=True),
        Job("sensing", "体征规则计时", 1, watching.sensing_timers(), 30, everywhere=True),
        Job("device_silence", "设备失联检查", 10, watching.silent_devices, 60),
        # Not before the others have had their first turn: after a day switched off every sign of life is old.
        Job("process_silence", "系统运行检查", 10, watching.silent_processes, 90, first_after_s=20),
        Job("roster", "值班表检查", 60, watching.empty_rosters, 300),
        Job("self_audit", "系统自查", 60, watching.self_audit, 300, first_after_s=15),
        Job("wechat_events", "微信事件处理", 2, wechat.handle_events, 60),
        Job("media_checks", "图片审核超时检查", 60, wechat.give_up_on_media, 600),
        Job("roll_up", "体征数据汇总", 60, keeping.roll_up, 900),
        Job("purge_readings", "清理过期体征数据", HOUR_S, keeping.purge_readings, 4 * HOUR_S),
        Job("purge_messages", "清理过期消息", HOUR_S, keeping.purge_messages, 4 * HOUR_S),
        Job("audit_head", "审计链存证", HOUR_S, keeping.keep_audit_head, 4 * HOUR_S),
        Job("reviews", "参数复核提醒", DAY_S, keeping.list_reviews, 2 * DAY_S),
    ]


def _front_desk() -> list[Job]:
    return [
        Job("publish_slots", "生成可预约时段", 300, booking_jobs.publish_slots, 3600),
        Job("expire_offers", "候补名额到期转让", 15, booking_jobs.expire_offers, 300),
        Job("sweep_waiting", "候补名单检查", 60, booking_jobs.sweep_waiting, 900),
        Job("verify_bookings", "预约名额核对", DAY_S, booking_jobs.verify_bookings, 2 * DAY_S),
        Job("overdue_callbacks", "差评回访超期提醒", HOUR_S, front_desk.overdue_callbacks, 4 * HOUR_S),
        Job("proxy_endings", "代办到期提醒", HOUR_S, resident_jobs.tell_proxy_endings, 4 * HOUR_S),
        Job("forget_bookings", "清理过期预约信息", DAY_S, booking_jobs.forget_bookings, 2 * DAY_S),
        Job("forget_questions", "清理过期提问", DAY_S, front_desk.forget_questions, 2 * DAY_S),
        Job("divorce_periods", "离婚登记期限", 600, marriage_jobs.divorce_periods, HOUR_S),
        Job("marriage_reports", "依法报告超时提醒", 60, marriage_jobs.overdue_reports, 900),
        Job("licence_endings", "登记员证到期提醒", HOUR_S, marriage_jobs.ending_licences, 4 * HOUR_S),
        Job("archive_import", "婚姻档案导入", 2, archive_jobs.archive_import, HOUR_S),
        Job("booking_reminders", "预约提醒", 30, desk_jobs.remind, 900),
        Job("booking_missed", "预约未到登记", 300, desk_jobs.end_missed, 2 * HOUR_S),
        Job("booking_displaced", "停办日改约通知", 30, desk_jobs.displace, 900),
        Job("booking_lapsed", "未改约的预约取消", HOUR_S, desk_jobs.lapse, 4 * HOUR_S),
        Job("booking_queues", "清理隔日的排队号", HOUR_S, desk_jobs.end_queues, 4 * HOUR_S),
    ]


def _assistance() -> list[Job]:
    return [
        Job("case_publications", "公示到期撤下", 300, case_jobs.end_publications, 2 * HOUR_S),
        Job("case_papers", "申请材料安全检查", 60, case_jobs.scan_papers, 1800),
        Job("case_deadlines", "申请办理期限", 600, case_jobs.deadlines, 2 * HOUR_S),
        Job("benefit_month", "救助金按月计算", HOUR_S, assistance_jobs.compute_month, 4 * HOUR_S),
        Job("benefit_adjust", "救助标准调整", 600, assistance_jobs.adjust_benefits, 2 * HOUR_S),
        Job("benefit_reviews", "救助复核到期", HOUR_S, assistance_jobs.review_benefits, 4 * HOUR_S),
        Job("care_agreements", "特困照料供养协议", HOUR_S, assistance_jobs.care_agreements, 4 * HOUR_S),
        Job("lead_terms", "困难线索超期提醒", 600, lead_jobs.overdue_leads, 2 * HOUR_S),
        Job("monitoring", "低收入人口动态监测", DAY_S, lead_jobs.look_at_households, 2 * DAY_S),
        Job("means_checks", "家庭经济状况核对", 60, assistance_jobs.check_means, HOUR_S),
    ]


def _volunteers() -> list[Job]:
    return [
        Job("activity_reminders", "志愿活动提醒", 300, activity_jobs.remind, HOUR_S),
        Job("activity_waiting", "志愿活动候补检查", 60, activity_jobs.sweep_waiting, 900),
        Job("activity_ends", "志愿活动结束", 300, activity_jobs.end_over, HOUR_S),
        Job("activity_records", "志愿服务记录期限", HOUR_S, activity_jobs.records_due, 4 * HOUR_S),
        Job("confirm_time", "服务时间到期入账", HOUR_S, timebank_jobs.confirm_time, 4 * HOUR_S),
        Job("verify_ledger", "时间银行账目核对", DAY_S, timebank_jobs.verify_ledger, 2 * DAY_S),
        Job("volunteer_endings", "志愿者资格到期提醒", HOUR_S, volunteer_jobs.tell_endings, 4 * HOUR_S),
        Job("volunteer_of_age", "小志愿者成年", HOUR_S, volunteer_jobs.come_of_age, 4 * HOUR_S),
        Job("volunteer_stars", "星级志愿者", HOUR_S, volunteer_jobs.give_stars, 4 * HOUR_S),
    ]


def _help_orders() -> list[Job]:
    return [
        Job("order_offers", "帮忙单派单", 30, order_jobs.send_offers, 600),
        Job("order_visits", "上门服务超时检查", 60, order_jobs.watch_visits, 600),
        Job("order_silence", "服务时长自动确认", HOUR_S, order_jobs.confirm_silent, 4 * HOUR_S),
        Job("order_photos", "清理过期服务照片", DAY_S, order_jobs.forget_photos, 2 * DAY_S),
        Job("time_suspicion", "时间银行可疑线索", DAY_S, order_jobs.look_for_abuse, 2 * DAY_S),
    ]


def _remembering() -> list[Job]:
    return [
        Job("hall_applications", "纪念馆申请超期提醒", 600, hall_application_jobs.tell_overdue, 2 * HOUR_S),
        Job("hall_papers", "纪念馆申请材料安全检查", 60, hall_application_jobs.scan_papers, 1800),
        Job("hall_tidy", "清理纪念馆申请材料", DAY_S, hall_application_jobs.tidy, 2 * DAY_S),
        Job("hall_keepers", "纪念馆管理人接替", HOUR_S, memorial_jobs.succeed_keepers, 4 * HOUR_S),
        Job("concern_terms", "纪念馆意见答复期限", HOUR_S, memorial_jobs.concern_terms, 4 * HOUR_S),
        Job("forget_removals", "清理到期的撤下记录", DAY_S, memorial_jobs.forget_removals, 2 * DAY_S),
        Job("moderation_checks", "祭扫内容检查", 5, tribute_jobs.check_submitted, 300),
        Job("remembrance_days", "纪念日提醒", 300, farewell_jobs.remind_of_days, 2 * HOUR_S),
        Job("farewell_turns", "告别仪式开始和结束", 60, farewell_jobs.turn_farewells, 900),
        Job("farewell_recordings", "清理到期的告别录像", HOUR_S, farewell_jobs.forget_recordings, 4 * HOUR_S),
        Job("plot_endings", "墓位到期提醒", HOUR_S, burial_jobs.plot_endings, 4 * HOUR_S),
    ]
