// What a lookup returns instead of a handler id.

export { BAD_PATH, METHOD_NOT_ALLOWED, NOT_FOUND, PATH_TOO_LONG, REDIRECT } from "../wasm/constants.js";
