import { join } from "node:path";
import type { Account } from "../host/account.ts";
import type { Hop, HopFile } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { hopFileSchema } from "./schema.ts";
import { jsonFiles, readAll, readWithdrawals, writeOnce, type Damaged } from "./sessions.ts";
import { withoutWithdrawnHops } from "./withdrawals.ts";

const folder = "hops";

/**
 * Every hop file there is, in no promised order, without hops that a withdrawn session took part in. `all`: with them, for their numbers
 * are taken. A damaged file is told, never fatal.
 */
export async function readHops(resultsRoot: string): Promise<{ files: HopFile[]; all: HopFile[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, (await jsonFiles(join(resultsRoot, folder))).sort(), hopFileSchema, nameOf);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { files: withoutWithdrawnHops(values, withdrawn), all: values, damaged };
}

/**
 * Write what a finished bridge found, once: `hops/<old8>-<new8>-<n>.json`, after the environments all its hops are between.
 *
 * @throws UserError as writeSession does; RangeError where the hops are none, or of several pairs of environments.
 */
export async function writeHops(resultsRoot: string, account: Account, file: HopFile): Promise<void> {
  const problem = hopFileSchema.safeParse(file).error?.issues[0]?.message;
  if (problem !== undefined) throw new RangeError(`no hop file: ${problem}`);
  await writeOnce(resultsRoot, account, join(folder, `${nameOf(file)}.json`), canonicalJson(withoutUnknown(file)));
}

/** The text a hop is stored as: equal texts, equal hops. */
export function storedHop(hop: Hop): string {
  return canonicalJson(known(hop));
}

/** An error that is not known is left out. */
function withoutUnknown(file: HopFile): object {
  return { ...file, hops: file.hops.map(known) };
}

function known({ factor, ...hop }: Hop): object {
  if (!factor || Number.isFinite(factor.standardError)) return { ...hop, factor };
  return { ...hop, factor: { phi: factor.phi } };
}

function nameOf({ hops, n }: HopFile): string {
  const environments = hops.slice(0, 1).flatMap(({ from, to }) => [from.environment.slice(0, 8), to.environment.slice(0, 8)]);
  return [...environments, n].join("-");
}
