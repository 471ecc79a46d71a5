// Middleware of the package. Each is a function of its options, and costs nothing where it is not used.

export { sameSecret } from "./authorization.js";
export { basicAuth } from "./basic-auth.js";
export { bearerAuth } from "./bearer-auth.js";
export { cache } from "./cache.js";
export { circuitBreaker } from "./circuit-breaker.js";
export { coalesce } from "./coalesce.js";
export { every, except, some } from "./combine.js";
export { concurrencyLimit } from "./concurrency.js";
export { cors } from "./cors.js";
export { csrf } from "./csrf.js";
export { etag } from "./etag.js";
export { logger } from "./logger.js";
export { byClientAddress, rateLimit } from "./rate-limit.js";
export { recover } from "./recover.js";
export { requestId } from "./request-id.js";
export { secureHeaders } from "./secure-headers.js";
export { timeout } from "./timeout.js";
export { validate } from "./validate.js";
