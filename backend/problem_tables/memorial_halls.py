"""Errors of memorial halls."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {
    "memorial.living": Problem(
        409, "登记中这位还健在", "不能为健在的人设纪念馆。如果已经去世，请带死亡证明到窗口，由工作人员先登记。"
    ),
    "memorial.death_differs": Problem(
        409, "和登记的不一样", "姓名或去世日期和已有登记不一样。请带死亡证明到窗口核对。"
    ),
    "memorial.martyr": Problem(
        409, "烈士由国家纪念", "烈士不设私人纪念馆。情况已经记下并上报，请到国家的烈士纪念网站祭扫。"
    ),
    "memorial.wish": Problem(409, "要照逝者的安排", "逝者{wish_zh}，要照他的安排办。有疑问请到窗口查看记录。"),
    "memorial.not_near_kin": Problem(
        403, "要近亲属来办", "这件事要由配偶、父母、子女、兄弟姐妹、祖孙来办。请带关系证明到窗口。"
    ),
    "memorial.hall_exists": Problem(
        409, "已经有纪念馆了", "这位逝者已有纪念馆（{number}），不用再设。请在窗口登记为家人，一起纪念。"
    ),
    "memorial.right": Problem(
        403, "现在不能这样做", "您在这里是“{role_zh}”，不能这样做。请联系管理人，或到窗口问一问。"
    ),
    "memorial.state": Problem(409, "现在不能修改", "纪念馆现在“{state_zh}”。请等一等，或打电话问工作人员。"),
    "memorial.keeper_blocked": Problem(
        409, "家人有不同意见", "有家人提出了不同意见，调解以前请先不要修改。您可以先和家人商量，或打电话给我们。"
    ),
    "memorial.invite": Problem(404, "邀请码不对", "邀请码不对，或已经换了新的。请向家人再要一次。"),
    "memorial.media": Problem(422, "这个文件收不了", "{why}。"),
}
