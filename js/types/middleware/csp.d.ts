export type Csp = string | Record<string, string | readonly string[] | boolean>;
/**
 * The text of a policy.
 * @param {string} call
 * @param {unknown} policy
 */
export declare function policyText(call: string, policy: unknown): string;
