// A storage in the host's own cache: the Cache API of workerd, Deno and browsers.
//
// Hosts treat the fields of a stored response differently: some expire it by Cache-Control, some obey Vary, some add
// fields. So the entry's own fields are in one field of the stored response, where the host does not see them, and the
// host learns only how long to keep it.

import { badArgument } from "../../base/arguments.js";
import { endOf } from "./cache-lifetime.js";
import { discard } from "./response-body.js";
import { isVaryMarker } from "./response-store.js";

/**
 * @typedef {import("../cache.js").HostStorage} HostStorage
 * @typedef {import("./response-store.js").Item} Item
 */

/** Keys are URLs of a host that nothing else uses; the number is the version of the stored form. */
const PREFIX = "https://wye-cache.invalid/1/";

/** An entry without its fields and its body, or a marker, as JSON. */
const ITEM = "wye-item";
const FIELDS = "wye-fields";

/** Milliseconds by which the clocks of two machines may differ. Entries from further in the future are ignored. */
const DRIFT = 60_000;

/**
 * @param {unknown} value
 * @returns {value is HostStorage}
 */
function isCache(value) {
  const { match, put, delete: remove } = /** @type {any} */ (value ?? {});
  return [match, put, remove].every((method) => typeof method === "function");
}

/** @param {unknown} given */
function notACache(given) {
  const what = given === null || given === undefined ? String(given) : `a ${typeof given} that is not a Cache`;
  return badArgument(
    `cache: storage must be a Cache of the host (caches.default, or () => caches.open("name")), not ${what}; ` +
      "omit the option to keep responses in memory",
  );
}

export class CacheApiStorage {
  #given;
  /** @type {HostStorage | undefined} */
  #cache;
  now;

  /**
   * @param {unknown} given a Cache, a promise of one, or a function that returns either
   * @param {() => number} now by the wall clock, which other processes share
   */
  constructor(given, now) {
    if (typeof given !== "function" && !isCache(given) && !(given instanceof Promise)) throw notACache(given);
    this.#given = given;
    this.now = now;
  }

  /** Does not keep the promise: in workerd a request must not await a promise of another one. */
  async #open() {
    if (this.#cache !== undefined) return this.#cache;
    const cache = await (typeof this.#given === "function" ? this.#given() : this.#given);
    if (!isCache(cache)) throw notACache(cache);
    return (this.#cache = cache);
  }

  /**
   * @param {string} key
   * @returns {Promise<Item | undefined>}
   */
  async get(key) {
    const response = await (await this.#open()).match(urlOf(key));
    if (response === undefined) return undefined;
    const item = JSON.parse(response.headers.get(ITEM) ?? "{}");
    if (item.began < this.now() + DRIFT) {
      if (isVaryMarker(item)) return item;
      const fields = response.headers.get(FIELDS);
      if (fields !== null) return { ...item, fields, body: response.body };
    }
    discard(response.body);
    return undefined;
  }

  /**
   * @param {string} key
   * @param {Item} item
   */
  async set(key, item) {
    const { fields, body, ...rest } = /** @type {any} */ (item);
    const end = isVaryMarker(item) ? item.end : endOf(item);
    const headers = new Headers({
      "cache-control": `public, max-age=${Math.max(1, Math.ceil((end - this.now()) / 1000))}`,
      "content-type": "application/octet-stream",
      [ITEM]: JSON.stringify(rest),
    });
    if (fields !== undefined) headers.set(FIELDS, ascii(fields));
    await (await this.#open()).put(urlOf(key), new Response(body, { headers }));
  }

  /** @param {string} key */
  async delete(key) {
    await (await this.#open()).delete(urlOf(key));
  }
}

/** @param {string} key JSON, so it has no lone surrogates */
function urlOf(key) {
  return PREFIX + encodeURIComponent(key);
}

/** JSON with everything outside ASCII escaped. @param {string} json */
function ascii(json) {
  return json.replace(/[\x7f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
