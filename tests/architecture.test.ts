import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const rooms = ["config", "provision", "runner", "page", "lab", "bench", "tools"];

/** Each file of the project with the files it imports, paths from the root. */
const imports = new Map(rooms.flatMap(filesBelow).map((file): [string, string[]] => [file, importsOf(file)]));

/** The rooms from the ground up: a file imports files of its own room and of rooms above it in this list. */
const layers = [
  "config/",
  "runner/text/plain-text.ts",
  "runner/formats/",
  "runner/model.ts",
  "runner/timeline/",
  "runner/text/",
  "runner/report/",
  "page/",
  "runner/system/",
  "runner/store/",
  "runner/suites/",
  "runner/build/",
  "runner/measure/",
  "runner/progress/",
  "runner/runner-context.ts",
  "runner/queue/",
  "runner/alerts/",
  "runner/resources/",
  "runner/run/",
  "runner/import/",
  "runner/commands/",
  "runner/main.ts",
  "provision/review/",
  "provision/program/",
  "provision/engine/",
  "tools/offline/",
  "provision/commands/",
  "provision/main.ts",
  "index.ts",
  "tools/",
  "lab/",
  "bench/",
];

/** Parts that decide: no clock, file, process or random number. */
const pure = [
  "config/agreement.ts",
  "config/document.ts",
  "config/explain.ts",
  "config/generated-text.ts",
  "config/mistake.ts",
  "config/nearest.ts",
  "page/axis.ts",
  "page/comparison.ts",
  "page/points.ts",
  "page/tracks.ts",
  "runner/progress/problems.ts",
  "runner/queue/queue.ts",
  "runner/queue/debts.ts",
  "runner/queue/present.ts",
  "runner/queue/tries.ts",
  "runner/queue/halving.ts",
  "runner/queue/control-sampling.ts",
  "runner/queue/reuse.ts",
  "runner/queue/slow.ts",
  "runner/queue/planned.ts",
  "runner/queue/known-state.ts",
  "runner/queue/suspicions.ts",
  "runner/queue/bisection.ts",
  "runner/queue/narrowing.ts",
  "runner/queue/bridges.ts",
  "runner/queue/changes.ts",
  "runner/queue/set-cover.ts",
  "runner/queue/pre-upgrade.ts",
  "runner/queue/upgrade.ts",
  "runner/queue/verification.ts",
  "runner/queue/timeline-impact.ts",
  "runner/system/tuning-plan.ts",
  "runner/measure/sample-plan.ts",
  "runner/measure/rounds.ts",
  "runner/measure/schedule.ts",
  "runner/measure/plausibility.ts",
  "runner/progress/activity.ts",
  "runner/progress/live-view.ts",
  "runner/commands/compare/text.ts",
  "runner/commands/show/show.ts",
  "runner/commands/show/text.ts",
  "runner/import/row.ts",
  "runner/import/layout.ts",
  "runner/import/sessions.ts",
  "runner/import/contexts.ts",
  "runner/import/scaling-factors.ts",
  "runner/import/plan.ts",
  "runner/import/export.ts",
  "runner/suites/runbench-source.ts",
  "runner/suites/fingerprint.ts",
  "runner/build/setup.ts",
  "runner/build/indexes.ts",
  "runner/build/requirement-lines.ts",
  "runner/commands/stale-artifacts.ts",
  "runner/alerts/situation.ts",
  "runner/alerts/outbox.ts",
  "runner/alerts/changes.ts",
  "runner/alerts/failing.ts",
  "provision/program/resources.ts",
  "provision/program/tokens.ts",
  "provision/program/drift.ts",
  "provision/review/defaults.ts",
  "provision/review/document.ts",
  "provision/review/markdown.ts",
  "provision/review/review.ts",
  "provision/review/text.ts",
  "runner/resources/python/choice.ts",
  "runner/resources/python/progress.ts",
  "runner/resources/os/decision.ts",
  "runner/resources/os/commands.ts",
  ...below("runner/timeline/"),
  ...below("runner/report/"),
];

/** Files of the list without a test of their own, each with the reason. */
const undecided = new Map([
  ["runner/queue/known-state.ts", "types: what is read of a host before anything is decided"],
  ["runner/timeline/compared.ts", "types: both sides of a comparison and what comes of them"],
  ["runner/report/input.ts", "types: what reports are made from"],
  ["runner/report/page/data.ts", "types: the files that the page reads"],
]);

test("a room imports only rooms below it", () => {
  const upwards = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => levelOf(target) > levelOf(file)).map((target) => `${file} -> ${target}`),
  );
  expect(upwards).toEqual([]);
});

test("every file is in a room of the list", () => {
  expect([...imports.keys()].filter((file) => levelOf(file) < 0)).toEqual([]);
});

test("runner/ has at most four files outside its rooms", () => {
  expect([...imports.keys()].filter((file) => /^runner\/[^/]+$/.test(file)).length).toBeLessThanOrEqual(4);
});

test("no file imports itself by way of others", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" -> "));
    if (way.includes(file) || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

test.each(pure)("%s decides purely", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  expect(text).not.toMatch(/from "node:(fs|child_process|os|net)|Date\.now|new Date\(\)|Math\.random|performance\.now|process\.env/);
});

test.each(pure.filter((file) => !undecided.has(file)))("%s has its test beside the same path", (file) => {
  const path = join(root, "tests", file.replace(/\.ts$/, ""));
  expect(["test", "simulation.test", "integration.test"].filter((kind) => existsSync(`${path}.${kind}.ts`))).not.toEqual([]);
});

test("files that need no test are in the list, and hold types alone", () => {
  expect([...undecided.keys()].filter((file) => !pure.includes(file))).toEqual([]);
  const code = [...undecided.keys()].filter((file) =>
    /^(export )?(const|let|function|class) /m.test(readFileSync(join(root, file), "utf8")),
  );
  expect(code).toEqual([]);
});

test("no room is named after nothing", () => {
  const names = [...imports.keys()].filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file));
  expect(names).toEqual([]);
});

/** Index of a file's room; of rooms within each other that with the longest name. */
function levelOf(file: string): number {
  const name = layers.filter((layer) => file.startsWith(layer)).toSorted((a, b) => b.length - a.length)[0];
  return name === undefined ? -1 : layers.indexOf(name);
}

function below(room: string): string[] {
  return [...imports.keys()].filter((file) => file.startsWith(room));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from |import |import\()"(\.[^"]+)"/g)].map(([, target = ""]) =>
    relative(root, join(root, dirname(file), target)),
  );
}
