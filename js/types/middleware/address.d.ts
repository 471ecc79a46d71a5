/**
 * One key for each IPv4 address and for each /64 of IPv6, the least that one subscriber has, however the address is
 * written. undefined: not an address.
 * @param {string} text
 */
export declare function addressKey(text: string): string | undefined;
