// What every runtime runs: the whole conformance suite, and the app of app.mjs. It knows no runtime.

import { runTables } from "../conformance/runner.mjs";
import { tableHost } from "../conformance/table-host.mjs";
import { REQUESTS, makeApp, wrong } from "./app.mjs";

/**
 * @param {any} wye what all entries of the package export, in one object
 * @param {any[]} tables of tests/cases
 * @returns {Promise<{ ran: number, failures: string[] }>}
 */
export async function runSuite(wye, tables) {
  const { ran: rows, failures } = await runTables(tables, tableHost("the package", wye.RouteTable));
  let ran = rows;
  const app = makeApp(wye);
  for (const asked of REQUESTS) {
    const { path, method, headers, body } = asked;
    const request = new Request(`http://localhost${path}`, { method, headers, body });
    if (headers?.cookie && !request.headers.has("cookie")) continue; // a browser: no script may set it
    ran++;
    const fault = await wrong(asked, await app.fetch(request));
    if (fault !== undefined) failures.push(fault);
  }
  return { ran, failures };
}
