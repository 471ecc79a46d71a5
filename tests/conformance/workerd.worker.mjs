/* A worker that runs the tables of cases that are posted to it, and answers with what runner.mjs says. */
import { runTables } from "./runner.mjs";
import { RouteTable } from "#wye";
import { tableHost } from "./table-host.mjs";

const host = tableHost("wasm in workerd", RouteTable);

export default {
  async fetch(request) {
    return Response.json(await runTables(await request.json(), host));
  },
};
