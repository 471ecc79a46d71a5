import { run } from "./entry.mjs";

console.log(JSON.stringify(await run()));
