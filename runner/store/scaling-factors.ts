import { join } from "node:path";
import type { Account } from "../system/account.ts";
import { scalingFileSchema } from "../formats/scaling-factors.ts";
import type { ScalingFactor, ScalingFile } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { jsonFiles, readAll, readWithdrawals, writeOnce, type Damaged } from "./sessions.ts";
import { withoutWithdrawnScalingFactors } from "./withdrawals.ts";

const folder = "scaling";

/**
 * Every scaling factor file there is, in no promised order, without scaling factors that a withdrawn session took part in. `all`: with them, for their numbers
 * are taken. A damaged file is told, never fatal.
 */
export async function readScalingFactors(resultsRoot: string): Promise<{ files: ScalingFile[]; all: ScalingFile[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, (await jsonFiles(join(resultsRoot, folder))).sort(), scalingFileSchema, nameOf);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { files: withoutWithdrawnScalingFactors(values, withdrawn), all: values, damaged };
}

/**
 * Write what a finished bridge found, once: `scaling/<old8>-<new8>-<n>.json`, after the environments all its scaling factors are between.
 *
 * @throws UserError as writeSession does; RangeError where the scaling factors are none, or of several pairs of environments.
 */
export async function writeScalingFactors(resultsRoot: string, account: Account, file: ScalingFile): Promise<void> {
  const problem = scalingFileSchema.safeParse(file).error?.issues[0]?.message;
  if (problem !== undefined) throw new RangeError(`no scaling file: ${problem}`);
  await writeOnce(resultsRoot, account, join(folder, `${nameOf(file)}.json`), canonicalJson(withoutUnknown(file)));
}

/** The text a scaling factor is stored as: equal texts, equal scaling factors. */
export function storedScalingFactor(scalingFactor: ScalingFactor): string {
  return canonicalJson(known(scalingFactor));
}

/** An error that is not known is left out. */
function withoutUnknown(file: ScalingFile): object {
  return { ...file, scalingFactors: file.scalingFactors.map(known) };
}

function known({ factor, ...scalingFactor }: ScalingFactor): object {
  if (!factor || Number.isFinite(factor.standardError)) return { ...scalingFactor, factor };
  return { ...scalingFactor, factor: { phi: factor.phi } };
}

function nameOf({ scalingFactors, n }: ScalingFile): string {
  const environments = scalingFactors.slice(0, 1).flatMap(({ from, to }) => [from.environment.slice(0, 8), to.environment.slice(0, 8)]);
  return [...environments, n].join("-");
}
