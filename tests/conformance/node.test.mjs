import { RouteTable } from "#wye";
import { conformance } from "./suite.mjs";
import { tableHost } from "./table-host.mjs";

conformance(tableHost(`wasm in Node ${process.version}`, RouteTable));
