/**
 * The text as a valid URI reference: forbidden characters are percent-encoded as UTF-8, existing escapes stay. A
 * backslash, which browsers read as a slash, is escaped too.
 * @param {string | URL} location
 */
export declare function uriReference(location: string | URL): string;
