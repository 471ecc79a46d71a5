// How many lookups a request takes in an app of so many groups: `node lookups.mjs COUNT...` prints, for each COUNT,
// those of some requests. Each call of an export that looks something up is counted.

const { Instance } = WebAssembly;
let lookups = 0;

const counting = (call) => (...args) => {
  lookups++;
  return call(...args);
};

WebAssembly.Instance = class {
  constructor(module, imports) {
    const { exports } = new Instance(module, imports);
    const entries = Object.entries(exports);
    const isLookup = (name) => name.startsWith("wye_match");
    this.exports = Object.fromEntries(entries.map(([name, one]) => [name, isLookup(name) ? counting(one) : one]));
  }
};

const { Router } = await import("#wye");

const PATHS = ["/nowhere", "/g0/nowhere", "/g0/x", "/g0/1/y", "/other/g0"];

async function countsOf(groups) {
  const app = new Router();
  const ran = [];
  const passing = (i) => (c, next) => (ran.push(i), next());
  for (let i = 0; i < groups; i++)
    app.group(`/g${i}`, passing(i), (g) => g.get("/x", (c) => c.text("x")).get("/:id/y", (c) => c.text("y")));
  app.get("/:a/g0", (c) => c.text("a"));
  for (let i = 0; i < groups; i++) app.use("/same/*", (c, next) => next());
  const requests = PATHS.map((path) => new Request(`http://h${path}`));
  for (const request of requests) await app.fetch(request);
  ran.length = 0;
  const counts = [];
  for (const request of requests) {
    const before = lookups;
    await app.fetch(request);
    counts.push(lookups - before);
  }
  return { counts, ran };
}

const all = [];
for (const groups of process.argv.slice(2)) all.push(await countsOf(Number(groups)));
console.log(JSON.stringify(all));
