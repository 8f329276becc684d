/** A folder that a configuration left, by what it is. */
export interface Remnant {
  kind: (typeof remnantKinds)[number];
  path: string;
  bytes: number;
}

/** In the order of removal: first what names others. */
export const remnantKinds = ["generation", "venv", "python", "bundle"] as const;

/** What one activation used; `python` where it is one that was built here. */
export interface Used {
  generation: string;
  venv: string;
  bundle: string;
  python?: string;
}

export interface Verdict<T> {
  removed: T[];
  kept: (T & { why: string })[];
}

/** So many of each kind stay, the last activated, so that going back is a matter of seconds. */
const keptOfEach = 3;

/**
 * What may go: of each kind all but the last three that were activated, whatever is in use, and what those that stay need.
 * @param generations the one activated last first.
 * @param inUse why a folder is needed now; undefined where it is not.
 * @param pythonOf the interpreter that a venv stands on, where it was built here.
 */
export function decideGarbage<T extends Remnant>(
  remnants: readonly T[],
  generations: readonly Used[],
  { inUse, pythonOf }: { inUse: (path: string) => string | undefined; pythonOf: (venv: string) => string | undefined },
): Verdict<T> {
  const last = {
    venv: firstFew(generations.map(({ venv }) => venv)),
    bundle: firstFew(generations.map(({ bundle }) => bundle)),
    python: firstFew(generations.flatMap(({ python }) => python ?? [])),
    generation: firstFew(generations.map(({ generation }) => generation)),
  };
  const reason = ({ kind, path }: Remnant): string | undefined =>
    inUse(path) ?? (last[kind].has(path) ? "one of the last three" : undefined);
  const why = new Map<string, string>();
  for (const one of remnants) {
    const because = reason(one);
    if (because !== undefined) why.set(one.path, because);
  }
  // What stays needs what it points to.
  for (const { kind, path } of remnants) {
    if (kind !== "generation" || !why.has(path)) continue;
    const used = generations.find(({ generation }) => generation === path);
    for (const part of used ? [used.venv, used.bundle] : []) if (!why.has(part)) why.set(part, `of ${path}`);
  }
  for (const { kind, path } of remnants) {
    const python = kind === "venv" && why.has(path) ? pythonOf(path) : undefined;
    if (python !== undefined && !why.has(python)) why.set(python, `of ${path}`);
  }
  return {
    removed: remnants.filter(({ path }) => !why.has(path)),
    kept: remnants.flatMap((one) => {
      const because = why.get(one.path);
      return because === undefined ? [] : [{ ...one, why: because }];
    }),
  };
}

function firstFew(paths: readonly string[]): Set<string> {
  return new Set([...new Set(paths)].slice(0, keptOfEach));
}
