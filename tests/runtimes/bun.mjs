import { app } from "./app.mjs";

const { port } = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => app.fetch(request) });
console.log(port);
