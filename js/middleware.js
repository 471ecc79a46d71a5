// wye/middleware: functions that take options and return middleware. A bundle contains only those that you import.

export { basicAuth } from "./middleware/basic-auth.js";
export { bearerAuth } from "./middleware/bearer-auth.js";
export { byClientAddress, rateLimit } from "./middleware/rate-limit.js";
export { cache } from "./middleware/cache.js";
export { circuitBreaker } from "./middleware/circuit-breaker.js";
export { coalesce } from "./middleware/coalesce.js";
export { concurrencyLimit } from "./middleware/concurrency-limit.js";
export { cors } from "./middleware/cors.js";
export { csrf } from "./middleware/csrf.js";
export { etag } from "./middleware/etag.js";
export { every } from "./middleware/every.js";
export { except } from "./middleware/except.js";
export { logger } from "./middleware/logger.js";
export { recover } from "./middleware/recover.js";
export { requestId } from "./middleware/request-id.js";
export { sameSecret } from "./middleware/lib/secrets.js";
export { secureHeaders } from "./middleware/secure-headers.js";
export { some } from "./middleware/some.js";
export { timeout } from "./middleware/timeout.js";
export { validate } from "./middleware/validate.js";
