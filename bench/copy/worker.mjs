// In workerd: the body of a request is the paths. The clock advances in steps of a millisecond.

import { timeWay } from "./ways.mjs";

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const paths = await request.json();
    return Response.json(timeWay(searchParams.get("way"), paths, Number(searchParams.get("ms")), 1));
  }
};
