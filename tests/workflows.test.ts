import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { root } from "../config/root.ts";
import { packageFields } from "../provision/engine/pulumi-home.ts";

const folder = join(root, ".github/workflows");
const stepSchema = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const workflowSchema = z.object({
  on: z.union([z.string(), z.record(z.string(), z.unknown())]),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      strategy: z.object({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
      steps: z.array(stepSchema),
    }),
  ),
});
const workflows = readdirSync(folder).map((name) => ({ name, ...workflowSchema.parse(load(readFileSync(join(folder, name), "utf8"))) }));
const jobsOf = (trigger: string) =>
  workflows
    .filter(({ on }) => (typeof on === "string" ? on === trigger : trigger in on))
    .flatMap(({ jobs }) => Object.values(jobs).map((job) => ({ ...job, commands: job.steps.flatMap(({ run }) => run ?? []).join("\n") })));

describe("what runs on each change, and each night", () => {
  test("each push is checked", () => {
    expect(jobsOf("push").map(({ commands }) => commands)).toEqual([expect.stringContaining("npm run check")]);
  });

  test("each pull request runs the projects integration and page", () => {
    const [job, ...others] = jobsOf("pull_request");
    expect(others).toEqual([]);
    expect(job?.strategy?.matrix).toEqual({ project: ["integration", "page"] });
    expect(job?.commands).toMatch(/vitest run --project \$\{\{ matrix\.project \}\}$/);
  });

  test("each night runs all tests on hosts", () => {
    const [job] = jobsOf("schedule");
    const folders = job?.strategy?.matrix["folder"] ?? [];
    const named = readFileSync(join(root, "vitest.config.ts"), "utf8").match(/^const hosts = (.*);$/m)?.[1] ?? "[]";
    expect(folders.map((path) => `${path}/**/*.test.ts`)).toEqual(JSON.parse(named));
    expect(folders.every((path) => existsSync(join(root, path)))).toBe(true);
    expect(job?.commands).toMatch(/vitest run --project hosts \$\{\{ matrix\.folder \}\}$/);
  });
});

describe.each(workflows)("$name", ({ permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("reads the repository and no more, with actions pinned by version", () => {
    expect(permissions).toEqual({ contents: "read" });
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test("starts with the oldest Node that is supported", () => {
    const versions = steps.flatMap(({ uses, with: given }) => (uses?.startsWith("actions/setup-node@") ? [given?.["node-version"]] : []));
    expect(versions.map((version) => `>=${String(version)}`)).toEqual([packageFields().engines.node]);
  });
});
