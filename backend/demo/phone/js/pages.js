// Every address with its page; ``true``: open to whoever has not logged in.

import * as activities from "./pages/activities.js";
import * as apply from "./pages/apply.js";
import * as asking from "./pages/asking.js";
import * as bookings from "./pages/bookings.js";
import * as calls from "./pages/calls.js";
import * as cases from "./pages/cases.js";
import * as cemeteries from "./pages/cemeteries.js";
import * as couple from "./pages/couple.js";
import * as data from "./pages/data.js";
import * as days from "./pages/days.js";
import * as farewellPlan from "./pages/farewell_plan.js";
import * as farewells from "./pages/farewells.js";
import * as funeralOrder from "./pages/funeral_order.js";
import * as funerals from "./pages/funerals.js";
import * as guides from "./pages/guides.js";
import * as help from "./pages/help.js";
import * as home from "./pages/home.js";
import * as joining from "./pages/joining.js";
import * as keeping from "./pages/keeping.js";
import * as kin from "./pages/kin.js";
import * as leads from "./pages/leads.js";
import * as marriage from "./pages/marriage.js";
import * as me from "./pages/me.js";
import * as memorial from "./pages/memorial.js";
import * as opening from "./pages/opening.js";
import * as orders from "./pages/orders.js";
import * as proxies from "./pages/proxies.js";
import * as ratings from "./pages/ratings.js";
import * as records from "./pages/records.js";
import * as rights from "./pages/rights.js";
import * as shown from "./pages/shown.js";
import * as sweepings from "./pages/sweepings.js";
import * as tasks from "./pages/tasks.js";
import * as timebank from "./pages/timebank.js";
import * as times from "./pages/times.js";
import * as tributes from "./pages/tributes.js";
import * as visiting from "./pages/visiting.js";
import * as volunteer from "./pages/volunteer.js";

const ID = "([0-9a-f-]{36})", CODE = "([A-Za-z0-9_-]+)";
const at = (path) => new RegExp(`^${path}$`);

export const PAGES = [
  [at("/home"), home.home, true],
  [at("/login"), home.login, true],
  [at("/guides"), guides.all, true],
  [at(`/guides/${CODE}`), guides.one, true],
  [at("/ask"), guides.ask, true],
  [at("/help"), help.matters, true],
  [at(`/help/${CODE}`), help.matter, true],
  [at(`/help/${CODE}/start`), help.start],
  [at("/board"), help.boards, true],
  [at(`/board/${CODE}`), help.board, true],
  [at(`/objection/${ID}`), help.objection, true],
  [at("/leads"), leads.all],
  [at("/leads/new"), leads.tell],
  [at("/cases"), cases.all],
  [at(`/cases/${ID}(?:/(new))?`), cases.one],
  [at(`/cases/${ID}/form`), apply.fill],
  [at(`/cases/${ID}/papers`), apply.papers],
  [at(`/cases/${ID}/check`), apply.check],
  [at(`/cases/${ID}/appeal/${ID}`), cases.appeal],
  [at("/marriage"), marriage.matters, true],
  [at("/marriage/cases"), marriage.cases],
  [at(`/marriage/withdraw/${ID}`), marriage.withdrawal],
  [at(`/marriage/${CODE}`), marriage.matter, true],
  [at(`/marriage/${CODE}/check`), marriage.check, true],
  [at(`/marriage/${CODE}/verdict`), marriage.verdict, true],
  [at(`/marriage/${CODE}/office`), times.office, true],
  [at(`/marriage/${CODE}/time`), times.time],
  [at(`/marriage/${CODE}/people`), couple.people],
  [at(`/marriage/${CODE}/confirm`), couple.confirm],
  [at("/bookings"), bookings.all],
  [at(`/bookings/${ID}(?:/(new))?`), bookings.one],
  [at(`/bookings/${ID}/move`), times.move],
  [at(`/bookings/${ID}/check-in`), bookings.checkIn],
  [at("/waiting"), bookings.waiting],
  [at("/inbox"), home.inbox],
  [at("/me"), me.me],
  [at("/me/phone"), me.phone],
  [at("/me/identity"), me.identity],
  [at("/me/proxies"), proxies.all],
  [at("/me/proxies/new"), proxies.request],
  [at("/me/consents"), data.consents],
  [at("/me/data"), data.mine],
  [at("/me/data/correct"), rights.correct],
  [at("/me/data/erase"), rights.erase],
  [at("/me/looks"), data.looks],
  [at("/volunteer"), volunteer.hub, true],
  [at("/volunteer/register"), joining.register],
  [at("/volunteer/change"), joining.change],
  [at("/volunteer/papers"), volunteer.papers],
  [at("/volunteer/papers/new"), joining.proof],
  [at("/volunteer/teams"), volunteer.teams],
  [at("/volunteer/child"), volunteer.child],
  [at("/activities"), activities.all, true],
  [at("/activities/mine"), activities.mine],
  [at(`/activities/${ID}`), activities.one, true],
  [at(`/activities/${ID}/in`), activities.comeIn],
  [at(`/activities/${ID}/out`), activities.goOut],
  [at("/records"), records.all],
  [at(`/records/${ID}/ask`), records.correct],
  [at("/certificates"), records.certificates],
  [at("/orders"), asking.all],
  [at("/orders/new"), asking.what],
  [at("/orders/new/words"), asking.words],
  [at("/orders/new/when"), asking.when],
  [at("/orders/new/where"), asking.where],
  [at("/orders/new/pay"), asking.pay],
  [at(`/orders/${ID}(?:/(new))?`), orders.one],
  [at("/tasks"), tasks.all],
  [at(`/tasks/${ID}`), tasks.one],
  [at("/calls"), calls.all],
  [at(`/follow/${CODE}`), calls.follow, true],
  [at("/time"), timebank.account],
  [at("/time/statement(?:/(\\d{4}-\\d{2}))?"), timebank.statement],
  [at("/time/give"), timebank.give],
  [at("/time/donate"), timebank.donate],
  [at("/time/family"), timebank.family],
  [at("/time/gifts"), timebank.gifts],
  [at("/ratings"), ratings.all],
  [at(`/ratings/${ID}`), ratings.one],
  [at("/memorial"), memorial.hub, true],
  [at("/memorial/halls"), memorial.all],
  [at(`/memorial/enter(?:/${CODE})?(?:/${CODE})?`), memorial.enter],
  [at(`/memorial/halls/${ID}`), memorial.hall],
  [at(`/memorial/halls/${ID}/give/(words|letter|song)`), tributes.give],
  [at(`/memorial/halls/${ID}/mine`), tributes.mine],
  [at(`/memorial/halls/${ID}/photos`), keeping.photos],
  [at(`/memorial/halls/${ID}/story`), keeping.story],
  [at(`/memorial/halls/${ID}/tree`), keeping.tree],
  [at(`/memorial/halls/${ID}/settings`), keeping.settings],
  [at(`/memorial/halls/${ID}/people`), kin.people],
  [at(`/memorial/halls/${ID}/objection`), kin.objection],
  [at("/memorial/open"), opening.all],
  [at("/memorial/open/new(?:/([a-z]+)(?:/(\\d+))?)?"), opening.step],
  [at(`/memorial/open/${ID}`), opening.one],
  [at("/memorial/concerns"), kin.concerns],
  [at("/memorial/shown"), shown.all],
  [at("/memorial/reports"), shown.answers, true],
  [at(`/memorial/report/(tribute|hall_story|hall_media)/${ID}`), shown.report, true],
  [at("/days"), days.all],
  [at(`/days/${ID}`), days.ofHall],
  [at(`/days/${ID}/${CODE}`), days.oneDay],
  [at("/farewells"), farewells.all],
  [at(`/farewells/join(?:/${CODE})?`), farewells.join],
  [at("/farewells/new"), farewellPlan.whom],
  [at("/farewells/new/where"), farewellPlan.where],
  [at("/farewells/new/time"), farewellPlan.time],
  [at("/farewells/new/place"), farewellPlan.place],
  [at(`/farewells/${ID}/place`), farewellPlan.move],
  [at(`/farewells/${ID}(?:/(new))?`), farewells.one],
  [at("/cemeteries"), cemeteries.all, true],
  [at("/cemeteries/mine"), cemeteries.mine],
  [at("/cemeteries/visits"), cemeteries.visits],
  [at(`/cemeteries/visits/${ID}(?:/(new))?`), cemeteries.visit],
  [at(`/cemeteries/at/${CODE}/visit`), visiting.which],
  [at("/cemeteries/visit/people"), visiting.people],
  [at("/cemeteries/visit/time"), visiting.time],
  [at("/cemeteries/visit/check"), visiting.check],
  [at("/cemeteries/errands"), sweepings.all],
  [at(`/cemeteries/errands/${ID}`), sweepings.one],
  [at(`/cemeteries/at/${CODE}/errand`), sweepings.ask],
  [at("/funerals"), funerals.hub, true],
  [at("/funerals/prices"), funerals.prices, true],
  [at("/funerals/new"), funeralOrder.whom],
  [at("/funerals/new/items"), funeralOrder.items],
  [at("/funerals/new/bill"), funeralOrder.check],
  [at("/funerals/orders"), funerals.orders],
  [at(`/funerals/orders/${CODE}(?:/(new))?`), funerals.order],
];
