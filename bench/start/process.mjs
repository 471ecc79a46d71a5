// A process that has just started, with one router or framework in it: `process.mjs KIND NAME JSON`. It prints when it
// had its first answer, by the system's clock (at) and in milliseconds from the import on (ms), and the answer.
//
//     table       NAME of contenders.mjs; JSON: { routes: a file, request: { method, path, id } }
//     small-app   NAME of small-app/; JSON: { method, path }
//     node        nothing: the time that Node itself takes

const [kind, name, json] = process.argv.slice(2);
const NOTHING = { begin: performance.now(), answer: "" };
const kinds = { table: answerOfTable, "small-app": answerOfSmallApp, node: () => NOTHING };
const { begin, answer } = await kinds[kind](JSON.parse(json));
const end = performance.now();
console.log(JSON.stringify({ at: performance.timeOrigin + end, ms: end - begin, answer }));

async function answerOfTable({ routes: file, request: { method, path, id } }) {
  const { readFileSync } = await import("node:fs");
  const { STARTERS } = await import("./contenders.mjs");
  const { build, isApp } = STARTERS[name];
  const routes = JSON.parse(readFileSync(file, "utf8"));
  const request = isApp ? requestFor(method, path) : undefined;
  const begin = performance.now();
  const ask = await build(routes);
  if (!isApp) return { begin, answer: String(ask(method, path)) };
  return { begin, answer: await (await ask(request, id)).text() };
}

async function answerOfSmallApp({ method, path }) {
  const request = requestFor(method, path);
  const begin = performance.now();
  const { default: app } = await import(`../small-app/${name}.mjs`);
  const response = await app.fetch(request);
  return { begin, answer: `${response.status} ${await response.text()}` };
}

// Node loads its Request and Response at their first use, which takes longer than anything here: that counts for the
// process, not for the package.
function requestFor(method, path) {
  new Response("");
  return new Request(`http://localhost${path}`, { method });
}
