// In workerd: a request has the paths as its body. The clock goes in steps of a millisecond.

import { timeWay } from "./ways.mjs";

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const paths = await request.json();
    return Response.json(timeWay(searchParams.get("way"), paths, Number(searchParams.get("ms")), 1));
  }
};
