import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Session, SessionSamples } from "../../runner/model.ts";
import { canonicalJson } from "../../runner/store/canonical.ts";
import { samplesSchema, sessionSchema } from "../../runner/formats/session.ts";
import { sessionPath } from "../../runner/store/sessions.ts";
import type { FinishedBlock } from "./watch.ts";
import { tryParseJson } from "../../runner/text/json.ts";

/** The results remote, as a clone has it. */
export interface Results {
  sessions: Session[];
  samples: SessionSamples[];
  /** Files that are not what the runner writes: torn, not canonical, or alone. */
  torn: string[];
}

/** Read every result file of a clone, by the letter. */
export async function readResults(root: string, files: readonly string[]): Promise<Results> {
  const results: Results = { sessions: [], samples: [], torn: [] };
  for (const path of files.filter((file) => file.startsWith("runs/"))) {
    const text = await readFile(join(root, path), "utf8");
    const isSamples = path.endsWith(".samples.json");
    const partner = isSamples ? path.replace(/\.samples\.json$/, ".json") : path.replace(/\.json$/, ".samples.json");
    const read = (isSamples ? samplesSchema : sessionSchema).safeParse(tryParseJson(text));
    if (!read.success) results.torn.push(`${path}: not readable`);
    else if (canonicalJson(read.data) !== text) results.torn.push(`${path}: not canonical`);
    else if (!files.includes(partner)) results.torn.push(`${path}: without ${partner}`);
    else if (!path.startsWith(sessionPath(read.data.id).session.replace(/\.json$/, "")))
      results.torn.push(`${path}: holds ${read.data.id}`);
    else if ("samples" in read.data) results.samples.push(read.data);
    else results.sessions.push(read.data);
  }
  return results;
}

/** Where a block is in the results: how often at its place, and how often anywhere. */
export function occurrences(block: FinishedBlock, samples: readonly SessionSamples[]): { atItsIndex: boolean; anywhere: number } {
  const own = samples.find(({ id }) => id === block.session)?.samples[block.benchmark];
  const index = Object.entries(own ?? {}).find(([variant]) => variant === block.variant)?.[1] ?? [];
  return {
    atItsIndex: isAt(index, block.first, block.samples),
    anywhere: samples
      .flatMap((all) => Object.values(all.samples).flatMap((variants) => Object.values(variants)))
      .reduce((count, taken) => count + taken.filter((_, at) => isAt(taken, at, block.samples)).length, 0),
  };
}

/** Reasons for which a benchmark is measured again on purpose. A failure is repeated, and a busy machine makes some. */
const againOnPurpose: ReadonlySet<Session["reason"]> = new Set(["control", "confirm", "repeat"]);

/** Benchmark variants of a revision that have more than one result, without a reason to measure them again. */
export function measuredTwice(sessions: readonly Session[]): string[] {
  const seen = new Map<string, string[]>();
  for (const { id, subject, reason, environment, benchmarks } of sessions) {
    if (againOnPurpose.has(reason)) continue;
    for (const [benchmark, variants] of Object.entries(benchmarks)) {
      for (const variant of Object.keys(variants)) {
        const key = [subject.kind === "revision" ? subject.revision : "baseline", environment, benchmark, variant].join(" ");
        seen.set(key, [...(seen.get(key) ?? []), id]);
      }
    }
  }
  return [...seen].flatMap(([key, ids]) => (ids.length > 1 ? [`${key}: ${ids.join(", ")}`] : []));
}

function isAt(taken: readonly number[], first: number, block: readonly number[]): boolean {
  return block.every((seconds, offset) => taken[first + offset] === seconds);
}
