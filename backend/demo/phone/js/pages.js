// Every address with its page; ``true``: open to whoever has not logged in.

import * as apply from "./pages/apply.js";
import * as bookings from "./pages/bookings.js";
import * as cases from "./pages/cases.js";
import * as couple from "./pages/couple.js";
import * as data from "./pages/data.js";
import * as guides from "./pages/guides.js";
import * as help from "./pages/help.js";
import * as home from "./pages/home.js";
import * as leads from "./pages/leads.js";
import * as marriage from "./pages/marriage.js";
import * as me from "./pages/me.js";
import * as proxies from "./pages/proxies.js";
import * as ratings from "./pages/ratings.js";
import * as rights from "./pages/rights.js";
import * as times from "./pages/times.js";

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
  [at("/ratings"), ratings.all],
  [at(`/ratings/${ID}`), ratings.one],
];
