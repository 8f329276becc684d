import { join } from "node:path";
import type { Account } from "../system/account.ts";
import { scalingFileSchema } from "../formats/scaling-factors.ts";
import type { ScalingFactor, ScalingFile } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { jsonFiles, readAll, readWithdrawals, writeOnce, type Damaged } from "./sessions.ts";
import { withoutWithdrawnScalingFactors } from "./withdrawals.ts";

const folder = "scaling";

/**
 * Returns all scaling factor files in unspecified order, without factors that used a withdrawn session. `all` includes those, because their
 * numbers stay in use. Damaged files are returned as such.
 */
export async function readScalingFactors(resultsRoot: string): Promise<{ files: ScalingFile[]; all: ScalingFile[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, (await jsonFiles(join(resultsRoot, folder))).sort(), scalingFileSchema, nameOf);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { files: withoutWithdrawnScalingFactors(values, withdrawn), all: values, damaged };
}

/**
 * Writes the factors of a finished bridge once, to `scaling/<old8>-<new8>-<n>.json`, named after their two environments.
 *
 * @throws UserError as `writeSession` does; RangeError if there are no factors, or factors of several pairs of environments.
 */
export async function writeScalingFactors(resultsRoot: string, account: Account, file: ScalingFile): Promise<void> {
  const problem = scalingFileSchema.safeParse(file).error?.issues[0]?.message;
  if (problem !== undefined) throw new RangeError(`invalid scaling file: ${problem}`);
  await writeOnce(resultsRoot, account, join(folder, `${nameOf(file)}.json`), canonicalJson(withoutUnknown(file)));
}

/** Returns the stored text of a scaling factor. Equal factors have equal texts. */
export function storedScalingFactor(scalingFactor: ScalingFactor): string {
  return canonicalJson(known(scalingFactor));
}

/** Omits unknown errors of factors. */
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
