import worker from "./suite/worker.mjs";

addEventListener("fetch", (event) => event.respondWith(worker.fetch(event.request)));
