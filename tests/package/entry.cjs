// The suite with the package by `require`.

const wye = require("wye");
const cookies = require("wye/cookies");
const middleware = require("wye/middleware");
const { proxy } = require("wye/proxy");
const { RouteTable } = require("wye/table");

if (RouteTable !== wye.RouteTable) throw new Error("wye and wye/table have route tables of their own");
if (typeof proxy !== "function") throw new Error("wye/proxy has no proxy");

module.exports.run = async () => {
  const [{ runSuite }, { tables }] = await Promise.all([import("./suite.mjs"), import("./cases.mjs")]);
  return runSuite({ ...wye, ...cookies, ...middleware }, tables);
};
