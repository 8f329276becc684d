import * as z from "zod";
import type { Mistake } from "../../../config/mistake.ts";

const buildSpec = z.strictObject({
  url: z.string(),
  sha256: z.string(),
  configure: z.array(z.string()),
  profileTask: z.string().optional(),
});
/** Source and options of a build. */
export type BuildSpec = z.infer<typeof buildSpec>;

export const pythonSpec = z.strictObject({
  /** Wanted `X.Y` or `X.Y.Z`. */
  version: z.string(),
  source: z.enum(["auto", "distribution", "build"]),
  build: buildSpec.optional(),
  /** Account without rights that builds. */
  account: z.string(),
});
export type PythonSpec = z.infer<typeof pythonSpec>;

/** Origin of the interpreter on this host, or the reason that there is none. */
export type Choice = { from: "distribution" } | { from: "build"; build: BuildSpec } | { from: "nowhere"; mistake: Mistake };

/** Applies the policy `python.source`. @param distribution version of the distribution's Python; undefined if it has none. */
export function choosePython({ version, source, build }: PythonSpec, distribution: string | undefined): Choice {
  if (source !== "build" && satisfies(distribution, version)) return { from: "distribution" };
  if (source !== "distribution" && build) return { from: "build", build };
  const message = `python.version is ${version}, this distribution has ${distribution ?? "no Python"}`;
  if (distribution === undefined) return { from: "nowhere", mistake: { message, hint: "add python3 to `packages:`" } };
  const here = `write version: "${distribution.split(".").slice(0, 2).join(".")}"`;
  const hint =
    source === "distribution"
      ? `${here}, or source: auto with python.build, or choose an OS release that has Python ${version}`
      : `write python.build: with url and sha256 of the source of Python ${version} (python.org lists both), and it is built here; or ${here}`;
  return { from: "nowhere", mistake: { message, hint } };
}

/** Returns true if a version is the wanted one: 3.13.5 is 3.13 and 3.13.5, and not 3.1. */
export function satisfies(is: string | undefined, wanted: string): boolean {
  return is !== undefined && (is === wanted || is.startsWith(`${wanted}.`));
}

/** Returns true if a version's `X.Y` is at least another's. */
export function isAsNew(is: string, other: string): boolean {
  const [major = 0, minor = 0] = is.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}
