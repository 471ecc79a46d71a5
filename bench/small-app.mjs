// One app with five routes, written for each framework and router: what it weighs, and how fast it starts.

/** @type {Record<string, { title: string, module?: string, needsNode?: boolean }>} the files in small-app/ */
export const SMALL_APPS = {
  "wye": { title: "wye" },
  "wye-table": { title: "wye/table" },
  "hono": { title: "Hono", module: "hono" },
  "hono-tiny": { title: "Hono, tiny", module: "hono" },
  "itty-router": { title: "itty-router", module: "itty-router" },
  "memoirist": { title: "memoirist", module: "memoirist" },
  "find-my-way": { title: "find-my-way", module: "find-my-way", needsNode: true }
};

/** A request for each route, and the response to it. */
export const REQUESTS = [
  { method: "GET", path: "/", status: 200, body: "home" },
  { method: "GET", path: "/users/42", status: 200, body: '{"id":"42"}' },
  { method: "POST", path: "/users", status: 201, body: "created" },
  { method: "GET", path: "/posts/7/comments/8", status: 200, body: "7 8" },
  { method: "GET", path: "/files/a/b.txt", status: 200, body: "a/b.txt" }
];

/** @param {string} name of a file in small-app/ */
export const fileOf = (name) => new URL(`small-app/${name}.mjs`, import.meta.url);

/**
 * Compares a response with what it must be.
 * @param {{ method: string, path: string, status: number, body: string }} wanted
 * @param {Response} response
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function wrong(wanted, response) {
  const given = { status: response.status, body: await response.text() };
  if (given.status === wanted.status && given.body === wanted.body) return undefined;
  return `${wanted.method} ${wanted.path}: ${given.status} ${given.body} instead of ${wanted.status} ${wanted.body}`;
}
