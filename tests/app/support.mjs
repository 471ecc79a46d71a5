// What the tests of apps share.

import assert from "node:assert/strict";

export const SECOND_NEXT = { name: "WyeError", code: "BAD_ARGUMENT", message: /next\(\) was called a second time/ };
export const LATE_NEXT = { name: "WyeError", code: "BAD_ARGUMENT", message: /a step around it, ends/ };
export const NO_NEXT = { name: "WyeError", code: "BAD_ARGUMENT", message: /next\(\) was called by the last step/ };

export const HERE = "http://localhost";

/** The status, the text and the fields of the response to a request. */
export async function ask(app, target, init, ...rest) {
  const response = await app.request(target, init, ...rest);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** "200 text" */
export async function said(app, target, init, ...rest) {
  const { status, text } = await ask(app, target, init, ...rest);
  return `${status} ${text}`;
}

/** Keeps what is logged as an error during a test from the screen: the list of what was. */
export function logged(t) {
  const errors = [];
  t.mock.method(console, "error", (error) => errors.push(error));
  return errors;
}

/** A promise, and what settles it. */
export function later() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** So many rounds of everything that waits. */
export async function rounds(count = 3) {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A handler that responds with a text. */
export const saying = (text) => (c) => c.text(text);

/** Middleware that writes into a list when it begins and when it ends. */
export const noting = (list, name) => async (c, next) => {
  list.push(`${name}>`);
  const response = await next();
  list.push(`<${name}`);
  return response;
};

/** Middleware that writes into a list that it ran. */
export const marking = (list, name) => (c, next) => {
  list.push(name);
  return next();
};

/** Throws what is not an Error, too. */
export const raise = (error) => {
  throw error;
};

/** Checks both sides at once. */
export function assertResponse({ status, text, headers }, expected) {
  const fields = Object.fromEntries(Object.keys(expected.headers ?? {}).map((name) => [name, headers.get(name)]));
  assert.deepEqual({ status, text, headers: fields }, { headers: {}, ...expected });
}
