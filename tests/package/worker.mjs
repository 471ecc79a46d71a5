// What hosts serve over HTTP: the app, and at /suite what the suite gives there.

import { app, run } from "./entry.mjs";

export default {
  /** @param {Request} request */
  async fetch(request) {
    return new URL(request.url).pathname === "/suite" ? Response.json(await run()) : app.fetch(request);
  },
};
