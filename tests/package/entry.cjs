// The suite with the package by `require`. suite.cjs and cases.cjs are made of the modules when the suite is installed.

const wye = require("wye");
const cookies = require("wye/cookies");
const middleware = require("wye/middleware");
const { proxy } = require("wye/proxy");
const { RouteTable } = require("wye/table");
const { tables } = require("./cases.cjs");
const { runSuite } = require("./suite.cjs");

if (RouteTable !== wye.RouteTable) throw new Error("wye and wye/table have route tables of their own");
if (typeof proxy !== "function") throw new Error("wye/proxy has no proxy");

module.exports.run = () => runSuite({ ...wye, ...cookies, ...middleware }, tables);
