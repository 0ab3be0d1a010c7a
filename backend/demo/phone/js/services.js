// The services as an old person calls them; whatever is not told here stands by its title.

import { mini } from "./api.js";

const PLAIN = {
  urgent: "有急事，马上要人", meals: "做饭、送饭", cleaning: "打扫、洗衣", bathing: "洗澡、擦身", walking: "陪着走走、上下楼",
  medical: "陪看病、拿药", company: "陪说话、下棋", reading: "读书、读报、读信", phone_help: "教用手机", repair: "换灯、修水龙头",
  errands: "跑腿、代买代办", escort: "接送出门", visit: "上门看看", haircut: "上门理发", psychology: "心里不好受，想聊聊", law: "问法律上的事",
};
const FIRST = ["meals", "company", "errands", "cleaning", "medical", "walking", "phone_help", "repair"];

export const plain = (code) => PLAIN[code] ?? "";
export const choices = () => mini("/help-orders/choices", { own: true });

// Those that are asked for most, in plain words; then the others.
export function sorted(kinds, never = ["rescue", "event"]) {
  const known = kinds.filter((one) => FIRST.includes(one.code)).sort((a, b) => FIRST.indexOf(a.code) - FIRST.indexOf(b.code));
  return [known, kinds.filter((one) => !FIRST.includes(one.code) && !never.includes(one.code))];
}

// 缅怀: what there is for those who have died and for their families.
export const REMEMBERING = [
  { to: "#/memorial/halls", title: "网上纪念馆", more: "看看亲人，献花，说说话", sign: "flower" },
  { to: "#/days", title: "纪念日", more: "忌日、清明、中元，到时提醒我", sign: "calendar" },
  { to: "#/farewells", title: "远程告别", more: "来不了的亲友，在手机上送一程", sign: "camera" },
  { to: "#/cemeteries", title: "祭扫预约", more: "约个时间，或请人代祭扫", sign: "place" },
  { to: "#/funerals", title: "殡葬服务和价格", more: "明码标价，能免的先看清", sign: "case" },
];
