import { Miniflare } from "miniflare";

const modules = [
  { type: "ESModule", path: "out/worker.js" },
  { type: "CompiledWasm", path: "out/wye.wasm" },
];
const port = Number(process.argv[2]);
await new Miniflare({ modules, port, compatibilityDate: "2026-06-01" }).ready;
