# What workerd serves: the bundle of features.worker.mjs, and wye's module beside it.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "app", worker = .app)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
);

const app :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/features/worker.js"),
    (name = "wye.wasm", wasm = embed "../../build/features/wye.wasm"),
  ],
  compatibilityDate = "2026-10-01",
);
