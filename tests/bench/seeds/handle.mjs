// A `c` that has more to carry: each request's has an object of its own beside it.

import { Router } from "#wye";

const { on } = Router.prototype;
export let last = {};

Router.prototype.on = function onWithObject(methods, pattern, handler) {
  return on.call(this, methods, pattern, (c) => {
    last = { c };
    return handler(c);
  });
};
