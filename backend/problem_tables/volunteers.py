"""Errors of volunteers: registration, fitness, teams, certificates, exchange."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "volunteers.not_volunteer": Problem(
        409, "还不是志愿者", "登记成为志愿者以后才能做这件事。请先在“志愿服务”里登记，几分钟就好，或到镇街窗口办理。"
    ),
    "volunteers.suspended": Problem(
        409, "志愿服务已暂停", "您的志愿服务暂停了：{why}。有疑问请联系镇街民政，说明情况后可以恢复。"
    ),
    "volunteers.already": Problem(
        409, "已经登记过了", "您已经是志愿者，编号 {number}。要改资料，请打开“我的志愿服务”。"
    ),
    "volunteers.under_eight": Problem(
        422, "再长大一点点", "满 8 岁就能登记成为小志愿者。谢谢您的热心，现在可以先和家人一起参加公益活动。"
    ),
    "volunteers.guardian_needed": Problem(
        422, "要监护人同意", "未满 18 岁要监护人同意或陪同。请填监护人姓名和手机号并请其确认，或一起到镇街窗口办理。"
    ),
    "volunteers.guardian_wrong": Problem(
        403, "没有找到这份申请", "编号、姓名或手机号和孩子填写的对不上。请核对后重试，或带证件到镇街窗口办理。"
    ),
    "volunteers.changed": Problem(409, "资料刚刚有变化", "这份资料刚刚被改动过。请刷新看一眼最新内容，再继续改。"),
    "volunteers.signed_up": Problem(
        409, "还有报名的活动", "您还报名了 {count} 场没开始的活动。请先取消报名或参加完，再退出志愿者。"
    ),
    "volunteers.promised": Problem(
        409, "还有没完成的帮忙单", "您还有 {count} 单没有完成。去不了请先退单，去过的等对方确认，再退出志愿者。"
    ),
    "volunteers.too_young": Problem(
        422, "年龄不合适", "这项服务要满 {age} 岁才能参加，是为了您的安全。请看看其他适合的活动。"
    ),
    "volunteers.qualification_missing": Problem(
        422, "还缺资格证明", "这项服务需要有效的{what}。请在“我的资格”里登记，带原件到镇街窗口核对后再参加。"
    ),
    "volunteers.insurance_needed": Problem(
        409, "还没有保险", "这项服务有人身风险，要先办好保险才能参加。请联系组织者办理，不用您出钱。"
    ),
    "volunteers.team_exists": Problem(
        409, "已经有这支队伍", "同名或同一信用代码的队伍已经登记。请核对名称，或直接在列表里找到它。"
    ),
    "volunteers.team_closed": Problem(409, "队伍暂不招人", "这支队伍现在不招募。请看看别的队伍，或打电话问镇街民政。"),
    "volunteers.already_asked": Problem(
        409, "已经申请过了", "您已经申请或加入了这支队伍。请在“我的队伍”里看结果，不用重复申请。"
    ),
    "volunteers.member_decided": Problem(409, "已经处理过了", "这个申请刚刚有人处理过。请刷新页面看最新结果。"),
    "volunteers.nothing_recorded": Problem(
        409, "没有服务记录", "这段时间没有已记录的志愿服务。请换一段时间；刚结束的活动十个工作日内会记上。"
    ),
    "volunteers.certificate_revoked": Problem(409, "证明已撤销", "这份证明已撤销：{why}。需要时请重新开具一份。"),
    "volunteers.file_refused": Problem(422, "文件读不懂", "{why}。请按导出文件的格式整理好再上传。"),
    "volunteers.file_taken": Problem(409, "这个文件导入过", "同一个文件已在{at}导入过，不用再导。请看那一次的报告。"),
}
