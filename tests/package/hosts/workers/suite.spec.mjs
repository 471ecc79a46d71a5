import { expect, test } from "vitest";
import { run } from "./suite/entry.mjs";

test("the suite", { timeout: 0 }, async () => {
  expect(navigator.userAgent).toBe("Cloudflare-Workers");
  const result = await run();
  console.log(JSON.stringify(result));
  expect(result.failures).toEqual([]);
});
