import { expect, test } from "vitest";
import { bundleStandIn } from "../../../tools/offline/install-command-plugin.ts";

test("the stand-in's bundle is executable and the same each time", async () => {
  const first = Buffer.from(await bundleStandIn());
  const second = Buffer.from(await bundleStandIn());
  expect(first.subarray(0, 20).toString()).toBe("#!/usr/bin/env node\n");
  expect(first.equals(second)).toBe(true);
});
