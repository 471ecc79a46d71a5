# The conformance suite inside workerd: the bundle of workerd.worker.mjs, and wye's module beside it.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "suite", worker = .suite)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);

const suite :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/conformance/worker.js"),
    (name = "wye.wasm", wasm = embed "../../build/conformance/wye.wasm"),
  ],
  compatibilityDate = "2026-10-01",
);
