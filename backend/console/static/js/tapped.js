// @ts-check
// Forms of benefits and payments: one tap is enough, a second one changes nothing.

import { guard } from "./once.js";

guard();
