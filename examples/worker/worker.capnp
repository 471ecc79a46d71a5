# What workerd serves: the bundle of worker.js, and wye's module beside it. See serve.mjs, which makes both.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "api", worker = .api)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "api")],
);

const api :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/worker/worker.js"),
    (name = "wye.wasm", wasm = embed "../../build/worker/wye.wasm"),
  ],
  compatibilityDate = "2026-10-01",
);
