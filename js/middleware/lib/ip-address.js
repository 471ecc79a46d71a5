// IP addresses as keys for clients.

/** What may surround an address: brackets, a port, and the zone of a link-local address (RFC 4007). */
const IN_BRACKETS = /^\[([^\]]*)\](?::\d+)?$/;
const WITH_PORT = /^([\d.]+):\d+$/;
const ZONE = /%.*$/;

const BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/** The first six groups of IPv6 addresses that embed an IPv4 one: mapped (RFC 4291) or translated (RFC 6052). */
const STANDS_FOR_IPV4 = ["0:0:0:0:0:ffff", "64:ff9b:0:0:0:0"];

/**
 * One key for each IPv4 address, and for each /64 of IPv6, which is the smallest network of a subscriber. It does not
 * depend on how the address is written. undefined: the text is not an address.
 * @param {string} text
 */
export function addressKey(text) {
  const bare = (IN_BRACKETS.exec(text)?.[1] ?? WITH_PORT.exec(text)?.[1] ?? text).replace(ZONE, "");
  if (IPV4.test(bare)) return bare;
  const groups = groupsOf(bare);
  if (groups === undefined) return undefined;
  if (STANDS_FOR_IPV4.includes(hex(groups.slice(0, 6))))
    return [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join(".");
  return `${hex(groups.slice(0, 4))}::/64`;
}

/** @param {number[]} groups */
function hex(groups) {
  return groups.map((group) => group.toString(16)).join(":");
}

/**
 * The eight groups of an IPv6 address (RFC 4291 2.2); undefined if it is not one.
 * @param {string} text
 * @returns {number[] | undefined}
 */
function groupsOf(text) {
  const [left, right, more] = text.split("::");
  if (more !== undefined) return undefined;
  const before = readGroups(left, right === undefined);
  const after = right === undefined ? [] : readGroups(right, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array(missing).fill(0), ...after];
}

/**
 * The groups on one side of `::`. At the end of the address the last two may be written as an IPv4 address.
 * @param {string} text
 * @param {boolean} isLast
 * @returns {number[] | undefined}
 */
function readGroups(text, isLast) {
  if (text === "") return [];
  const parts = text.split(":");
  const end = parts[parts.length - 1];
  const bytes = isLast && IPV4.test(end) ? parts.pop()?.match(/\d+/g)?.map(Number) : undefined;
  if (!parts.every((part) => /^[\da-f]{1,4}$/i.test(part))) return undefined;
  const groups = parts.map((part) => parseInt(part, 16));
  return bytes === undefined ? groups : [...groups, bytes[0] * 256 + bytes[1], bytes[2] * 256 + bytes[3]];
}
