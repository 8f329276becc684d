import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const rooms = ["config", "provision", "runner", "page", "lab", "bench", "tools"];

/** Each file of the project with the files it imports, paths from the root. */
const imports = new Map(rooms.flatMap(filesBelow).map((file): [string, string[]] => [file, importsOf(file)]));

/** [importing room, rooms it must not reach, except from these files]. */
const forbidden: [string, string[], string[]][] = [
  ["config/", ["provision/", "runner/", "lab/", "bench/", "tools/"], []],
  ["provision/host/", ["lab/", "bench/", "tools/", "index.ts"], []],
  ["provision/", ["lab/", "bench/", "index.ts"], []],
  ["runner/", ["lab/", "bench/", "tools/", "page/", "index.ts"], []],
  [
    "page/",
    [
      "config/",
      "provision/",
      "lab/",
      "bench/",
      "tools/",
      "runner/store/",
      "runner/host/",
      "runner/operate/",
      "runner/plan/",
      "runner/build/",
    ],
    [],
  ],
  ["lab/", ["bench/"], []],
  ["runner/", ["provision/"], ["runner/main.ts", "runner/operate/doctor.ts", "runner/operate/prune.ts", "runner/operate/status.ts"]],
  [
    "runner/host/",
    [
      "provision/",
      "runner/store/",
      "runner/timeline/",
      "runner/report/",
      "runner/operate/",
      "runner/suites/",
      "runner/measure/",
      "runner/plan/",
      "runner/build/",
    ],
    [],
  ],
  [
    "runner/timeline/",
    [
      "runner/store/",
      "runner/report/",
      "runner/operate/",
      "runner/host/",
      "runner/suites/",
      "runner/measure/",
      "runner/plan/",
      "runner/build/",
    ],
    [],
  ],
  [
    "runner/report/",
    ["runner/store/", "runner/operate/", "runner/host/", "runner/suites/", "runner/measure/", "runner/plan/", "runner/build/"],
    [],
  ],
  ["runner/store/", ["runner/report/", "runner/operate/", "runner/suites/", "runner/measure/", "runner/plan/", "runner/build/"], []],
];

/** Parts that decide: no clock, file, process or random number. */
const pure = [
  "runner/operate/problems.ts",
  "runner/plan/queue.ts",
  "runner/plan/debts.ts",
  "runner/plan/present.ts",
  "runner/plan/tries.ts",
  "runner/plan/halving.ts",
  "runner/plan/control-sampling.ts",
  "runner/plan/reuse.ts",
  "runner/plan/slow.ts",
  "runner/plan/suspicions.ts",
  "runner/plan/bisection.ts",
  "runner/plan/bridges.ts",
  "runner/plan/changes.ts",
  "runner/plan/set-cover.ts",
  "runner/plan/pre-upgrade.ts",
  "runner/plan/upgrade.ts",
  "runner/plan/verification.ts",
  "runner/host/tuning-plan.ts",
  "runner/measure/sample-plan.ts",
  "runner/measure/rounds.ts",
  "runner/measure/plausibility.ts",
  "runner/operate/activity.ts",
  "runner/operate/live-view.ts",
  "runner/operate/compare-text.ts",
  "runner/operate/show.ts",
  "runner/operate/show-text.ts",
  "runner/import/row.ts",
  "runner/import/layout.ts",
  "runner/import/sessions.ts",
  "runner/import/places.ts",
  "runner/import/scaling-factors.ts",
  "runner/import/plan.ts",
  "runner/import/export.ts",
  "runner/suites/runbench-source.ts",
  "runner/build/fingerprint.ts",
  "runner/build/setup.ts",
  "runner/operate/stale-artifacts.ts",
  "runner/alerts/situation.ts",
  "runner/alerts/outbox.ts",
  "runner/alerts/changes.ts",
  "runner/alerts/failing.ts",
  "provision/resources.ts",
  "provision/tokens.ts",
  "provision/drift.ts",
  "provision/host/python/choice.ts",
  "provision/host/python/progress.ts",
  "provision/host/os/decision.ts",
  "provision/host/os/commands.ts",
  ...below("runner/timeline/"),
  ...below("runner/report/"),
];

describe("arrows point one way", () => {
  test.each(forbidden)("%s reaches none of %j", (room, barred, except) => {
    const broken = [...imports]
      .filter(([file]) => file.startsWith(room) && !except.includes(file))
      .flatMap(([file, targets]) =>
        targets.filter((target) => barred.some((bar) => target.startsWith(bar))).map((target) => `${file} -> ${target}`),
      );
    expect(broken).toEqual([]);
  });
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

test("no room is named after nothing", () => {
  const names = [...imports.keys()].filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file));
  expect(names).toEqual([]);
});

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
  return [...text.matchAll(/(?:from|import) "(\.[^"]+)"/g)].map(([, target = ""]) => relative(root, join(root, dirname(file), target)));
}
