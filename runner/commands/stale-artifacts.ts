/** Folder of an earlier or the present configuration. */
export interface StaleArtifact {
  kind: (typeof artifactKinds)[number];
  path: string;
  bytes: number;
}

/** Kinds in the order of removal: those that refer to others come first. */
export const artifactKinds = ["generation", "venv", "python", "bundle"] as const;

/** Artifacts that an activation used; `python` is absent if it was not built here. */
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

/** Number of each kind that stay, last activated first. Going back then takes seconds. */
const keptOfEach = 3;

/**
 * Decides which artifacts to remove. The last three activated of each kind stay, and those in use, and all that these need.
 * @param generations last activated first.
 * @param inUse returns the reason that a folder is in use; undefined if it is not.
 * @param pythonOf returns the interpreter of a venv, if it was built here.
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
  // A generation that stays needs its venv and its bundle.
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
