# What workerd serves: the bundle of worker.mjs, and wye's module beside it. It may reach the origin on this machine.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "app", worker = .app), (name = "internet", network = (allow = ["private", "public"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
);

const app :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/proxy/worker.js"),
    (name = "wye.wasm", wasm = embed "../../build/proxy/wye.wasm"),
  ],
  compatibilityDate = "2026-10-01",
);
