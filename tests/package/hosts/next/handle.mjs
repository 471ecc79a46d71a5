import worker from "./suite/worker.mjs";

/** Hands a request on without the route's first segment, and without what an edge build of webpack adds to it. */
export function handle(request) {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/[a-z]+/, "");
  url.searchParams.delete("path");
  return worker.fetch(new Request(url, request));
}
