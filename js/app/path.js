/** Scheme and authority of an absolute URL, whatever the authority holds. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The path of a URL as the request wrote it, even if the URL is malformed.
 * @param {string} url
 */
export function pathOf(url) {
  const rest = url.replace(ORIGIN, "");
  const end = rest.search(/[?#]/);
  return (end < 0 ? rest : rest.slice(0, end)) || "/";
}
