import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { accountOf } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { asRoot } from "../system/command.ts";
import { checkAttributes } from "./attributes.ts";
import { lineDifferences, unifiedDiff } from "./diff.ts";
import { effectsOf, plannedEffects, type Effect } from "./planned-effects.ts";
import type { Difference } from "./difference.ts";
import { sorted, type ResourceType } from "./resource-type.ts";
import { tryParseJson } from "../text/json.ts";
import { differingKeys, flatten } from "../../config/flatten.ts";

const file = z.strictObject({
  path: z.string(),
  owner: z.string(),
  mode: z.string(),
  /** Text, or a value to write as JSON and to compare key by key. */
  content: z.union([z.strictObject({ text: z.string() }), z.strictObject({ json: z.unknown() })]),
  /** Shell command to run after the file changed. */
  afterwards: z.string().optional(),
});
type File = z.infer<typeof file>;
const spec = z.strictObject({ files: z.array(file) });
type Spec = z.infer<typeof spec>;

/** Complete configuration files, including the runner's own configuration. */
export const files: ResourceType<Spec> = {
  spec,
  async check(wanted) {
    return (await Promise.all(wanted.files.map(checkFile))).flat();
  },
  async apply(wanted) {
    for (const one of wanted.files) await applyFile(one);
  },
  async plan(wanted, { differences }) {
    const texts = await Promise.all(wanted.files.map(plannedText));
    const attributes = differences.filter(({ what }) => / (mode|owner)$/.test(what));
    return plannedEffects({ effects: [...texts.flat(), ...effectsOf(attributes)] });
  },
};

async function plannedText(wanted: File): Promise<Effect[]> {
  const present = await readFile(wanted.path, "utf8").catch(() => undefined);
  const text = textOf(wanted);
  if (present === text) return [];
  const change = present === undefined ? { is: "missing", willBe: "written" } : { is: "another text", willBe: "as declared" };
  return [{ what: wanted.path, ...change, diff: await unifiedDiff(wanted.path, text) }];
}

async function checkFile(wanted: File): Promise<Difference[]> {
  const present = await readFile(wanted.path, "utf8").catch(() => undefined);
  if (present === undefined) return [{ what: wanted.path, is: "missing", shouldBe: `mode ${wanted.mode}, owner ${wanted.owner}` }];
  return [...(await compare(wanted, present)), ...(await checkAttributes(wanted))];
}

async function applyFile(wanted: File): Promise<void> {
  if ((await checkFile(wanted)).length === 0) return;
  await mkdir(dirname(wanted.path), { recursive: true });
  const owner = await accountOf(wanted.owner);
  await writeAtomically(wanted.path, textOf(wanted), { mode: Number.parseInt(wanted.mode, 8), owner });
  if (wanted.afterwards !== undefined) await asRoot`bash -c ${wanted.afterwards}`;
}

function textOf({ content }: File): string {
  return "text" in content ? content.text : `${JSON.stringify(sorted(content.json), null, 2)}\n`;
}

async function compare(wanted: File, present: string): Promise<Difference[]> {
  if (present === textOf(wanted)) return [];
  if ("text" in wanted.content) return lineDifferences(wanted.path, wanted.content.text);
  const differences = compareKeys(wanted.path, present, wanted.content.json);
  // Equal values in another layout: the file was still edited.
  return differences.length > 0 ? differences : [{ what: `${wanted.path} layout`, is: "edited by hand", shouldBe: "as written by `up`" }];
}

function compareKeys(path: string, present: string, wanted: unknown): Difference[] {
  const parsed = tryParseJson(present);
  if (parsed === undefined) return [{ what: path, is: "not JSON", shouldBe: "as written by `up`" }];
  const is = flatten(parsed);
  const shouldBe = flatten(wanted);
  return differingKeys(is, shouldBe)
    .sort()
    .map((key) => ({ what: `${path} ${key}`, is: is.get(key) ?? "not set", shouldBe: shouldBe.get(key) ?? "not set" }));
}
