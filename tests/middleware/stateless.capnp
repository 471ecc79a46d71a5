# What workerd serves: the bundle of stateless.worker.mjs, and wye's module beside it.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "app", worker = .app)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
);

const app :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/stateless/worker.js"),
    (name = "wye.wasm", wasm = embed "../../build/stateless/wye.wasm"),
  ],
  bindings = [(name = "TOKEN", text = "the-token"), (name = "SELF", service = "app")],
  compatibilityDate = "2026-10-01",
);
