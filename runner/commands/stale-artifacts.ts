/** A folder that a configuration left, by what it is. */
export interface StaleArtifact {
  kind: (typeof artifactKinds)[number];
  path: string;
  bytes: number;
}

/** In the order of removal: first what names others. */
export const artifactKinds = ["generation", "venv", "python", "bundle"] as const;

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
export function decideStale<T extends StaleArtifact>(
  artifacts: readonly T[],
  generations: readonly Used[],
  { inUse, pythonOf }: { inUse: (path: string) => string | undefined; pythonOf: (venv: string) => string | undefined },
): Verdict<T> {
  const last = {
    venv: firstFew(generations.map(({ venv }) => venv)),
    bundle: firstFew(generations.map(({ bundle }) => bundle)),
    python: firstFew(generations.flatMap(({ python }) => python ?? [])),
    generation: firstFew(generations.map(({ generation }) => generation)),
  };
  const reason = ({ kind, path }: StaleArtifact): string | undefined =>
    inUse(path) ?? (last[kind].has(path) ? "one of the last three" : undefined);
  const why = new Map<string, string>();
  for (const one of artifacts) {
    const because = reason(one);
    if (because !== undefined) why.set(one.path, because);
  }
  // What stays needs what it points to.
  for (const { kind, path } of artifacts) {
    if (kind !== "generation" || !why.has(path)) continue;
    const used = generations.find(({ generation }) => generation === path);
    for (const part of used ? [used.venv, used.bundle] : []) if (!why.has(part)) why.set(part, `of ${path}`);
  }
  for (const { kind, path } of artifacts) {
    const python = kind === "venv" && why.has(path) ? pythonOf(path) : undefined;
    if (python !== undefined && !why.has(python)) why.set(python, `of ${path}`);
  }
  return {
    removed: artifacts.filter(({ path }) => !why.has(path)),
    kept: artifacts.flatMap((one) => {
      const because = why.get(one.path);
      return because === undefined ? [] : [{ ...one, why: because }];
    }),
  };
}

function firstFew(paths: readonly string[]): Set<string> {
  return new Set([...new Set(paths)].slice(0, keptOfEach));
}
