import { makeApp } from "./app.mjs";

const reports = [];
const app = makeApp((error) => reports.push(`${error.status ?? error.name}`));
app.get("/reports", (c) => c.json(reports.splice(0)));

export default { fetch: app.fetch };
