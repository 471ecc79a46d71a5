// Numbers that a seed repeats, and what WYE_SEED= and WYE_RUNS= say of random tests.

/** The seed of random tests: another one each time, unless WYE_SEED= repeats a run. */
export const seed = Number(process.env.WYE_SEED ?? Date.now() % 1_000_000_000);

/** How often a random test runs: WYE_RUNS=, or so often. @param {number} usual */
export const runCount = (usual) => Number(process.env.WYE_RUNS ?? usual);
