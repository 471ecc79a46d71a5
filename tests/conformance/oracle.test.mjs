import { oracleHost } from "./oracle-host.mjs";
import { conformance } from "./suite.mjs";

conformance(oracleHost);
