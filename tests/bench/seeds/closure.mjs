// A lookup that makes a closure each time.

import { RouteTable } from "#wye";

const { match } = RouteTable.prototype;
let last = () => "";

RouteTable.prototype.match = function matchWithClosure(method, path) {
  last = () => path;
  return match.call(this, method, path);
};

/** So that nobody can do without making it. */
export const lastPath = () => last();
