import { dirname, join } from "node:path";
import { hostStateSchema } from "../formats/host-state.ts";
import type { HostState } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { hostsFolder, jsonFiles, readAll, type Damaged } from "./sessions.ts";

/** Returns the state of every host, sorted by name. Damaged files are returned as such. */
export async function readHostStates(resultsRoot: string): Promise<{ states: HostState[]; damaged: Damaged[] }> {
  const folder = join(resultsRoot, hostsFolder);
  const files = (await jsonFiles(folder)).sort();
  // A link in place of the folder is read and refused with the reason.
  const own = files.filter((path) => path === folder || dirname(path) === folder);
  const nested = files.filter((path) => !own.includes(path)).map((path) => ({ path, problem: `is not directly in ${hostsFolder}/` }));
  const { values, damaged } = await readAll(resultsRoot, own, hostStateSchema, ({ host }) => host);
  return { states: values, damaged: [...damaged, ...nested] };
}

/** Returns path and text of a state in the results repository. */
export function hostStateFile(state: HostState): { path: string; text: string } {
  return { path: `${hostsFolder}/${state.host}.json`, text: canonicalJson(state) };
}

/** Returns true if two states are equal except for the time of writing. */
export function isSameState(one: HostState, other: HostState): boolean {
  return canonicalJson({ ...one, written: "" }) === canonicalJson({ ...other, written: "" });
}
