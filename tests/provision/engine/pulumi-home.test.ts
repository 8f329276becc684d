import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { root } from "../../../config/root.ts";
import { commandVersion, engineVersion } from "../../../provision/engine/pulumi-home.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

test("package.json, the Go module and setup name the same versions of Pulumi", () => {
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
  expect(dependencies).toMatchObject({
    pulumi: engineVersion,
    "@pulumi/pulumi": engineVersion,
    "@pulumi/command": commandVersion,
  });
  expect(read("tools/offline/pulumi-cli/go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
});
