// The suite with the package as ES modules. cases.mjs is made of tests/cases when the suite is installed.

import * as wye from "wye";
import * as cookies from "wye/cookies";
import * as middleware from "wye/middleware";
import * as proxy from "wye/proxy";
import * as table from "wye/table";
import { makeApp } from "./app.mjs";
import { tables } from "./cases.mjs";
import { runSuite } from "./suite.mjs";

if (table.RouteTable !== wye.RouteTable) throw new Error("wye and wye/table have route tables of their own");
if (typeof proxy.proxy !== "function") throw new Error("wye/proxy has no proxy");

const all = { ...wye, ...cookies, ...middleware };

export const run = () => runSuite(all, tables);
export const app = makeApp(all);
