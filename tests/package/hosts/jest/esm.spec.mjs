import { run } from "./suite/entry.mjs";

test("the suite", async () => {
  const result = await run();
  console.log(JSON.stringify(result));
  expect(result.failures).toEqual([]);
});
