// What the tests of apps share.

import assert from "node:assert/strict";

/** What every use of a `c` throws whose request is over. */
export const STALE = { name: "WyeError", code: "STALE" };

export const SECOND_NEXT = { name: "WyeError", message: /next\(\) was called a second time/ };

export const HERE = "http://localhost";

/** The status and the text of the answer to a request. */
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

/** No context of the app is in use any more. */
export function assertAllBack(app) {
  assert.equal(app.contexts.used, 0, "contexts in use");
}

/** A handler that answers with a text. */
export const saying = (text) => (c) => c.text(text);

/** Middleware that writes into a list when it begins and when it ends. */
export const noting = (list, name) => async (c) => {
  list.push(`${name}>`);
  const response = await c.next();
  list.push(`<${name}`);
  return response;
};

/** Middleware that writes into a list that it ran. */
export const marking = (list, name) => (c) => {
  list.push(name);
  return c.next();
};
