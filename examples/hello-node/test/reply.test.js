import assert from "node:assert/strict";
import { test } from "node:test";

test("the dependency that the service stands on can be loaded", async () => {
  const { default: ms } = await import("ms");
  assert.equal(ms(60_000), "1m");
});
