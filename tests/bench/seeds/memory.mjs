// A pool that takes a page of linear memory with one in a thousand contexts, and never gives it back.

import { ContextPool } from "#wye";
import { allocate } from "../../../js/wasm/instance.js";

const { acquire } = ContextPool.prototype;
let calls = 0;

ContextPool.prototype.acquire = function acquireWithPage(table) {
  if (++calls % 1000 === 0) allocate(65_536);
  return acquire.call(this, table);
};
