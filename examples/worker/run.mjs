// `make run`: serves the example until Ctrl-C. PORT chooses the port.

import { ServeError, serveExample } from "./serve.mjs";

function portOf(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new ServeError(`PORT=${text} is not a port: choose a number from 1 to 65535, or 0 for any free port`);
}

async function main() {
  const worker = await serveExample(portOf(process.env.PORT || "8787"));
  const stop = () => void worker.stop();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const origin = `http://127.0.0.1:${worker.port}`;
  const routes = await (await fetch(`${origin}/`)).text();
  console.log(`The example worker listens on ${origin} and serves:\n`);
  console.log(routes.replaceAll(/^(\S+) /gm, (_, method) => `  ${method.padEnd(7)} `));
  console.log(`Try:\n`);
  console.log(`  curl ${origin}/users/ada`);
  console.log(`  curl ${origin}/compare/v1.0...v1.1`);
  console.log(`  curl -i -X POST ${origin}/users/ada\n`);
  console.log("Ctrl-C ends it.");
  await worker.stopped;
}

main().catch((error) => {
  if (!(error instanceof ServeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
