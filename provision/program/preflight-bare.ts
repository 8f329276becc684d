import type { Config } from "../../config/schema.ts";
import { comingCompiler } from "../../runner/resources/compiler.ts";
import { decide } from "../../runner/resources/os/decision.ts";
import { choosePython } from "../../runner/resources/python/choice.ts";
import { isSupported, neededSystem } from "./node.ts";
import type { BareHost } from "./probe.ts";
import { bytesText } from "../../runner/text/quantities.ts";

/** Python versions of known releases, for hosts without package lists. */
const pythons: Readonly<Record<string, string>> = { "debian 12": "3.11", "debian 13": "3.13", "ubuntu 24.04": "3.12" };

/** Minimum disk space for packages, clones and venv, and for building Python. Bytes. */
const leastBytes = 1e9;
const buildBytes = 2.5e9;

/** Returns the obstacles on a bare host that prevent applying the configuration, and notes about what is not known yet. */
export function preflightBare({ os, facts, packages, provisioned }: BareHost, config: Config): { obstacles: string[]; notes: string[] } {
  if (!isSupported(facts.id, facts.versionId)) return { obstacles: [`this host runs ${os}: ${neededSystem}: reinstall it`], notes: [] };
  const step = decide(config.os, { id: facts.id, versionId: facts.versionId }, undefined, "");
  if (step.step === "refuse") return { obstacles: [`${step.message}: ${step.hint}`], notes: [] };
  const python = facts.python ?? pythons[`${facts.id} ${facts.versionId}`];
  const choice = python === undefined ? undefined : choosePython({ ...config.python, account: config.user }, python);
  const disk = diskObstacles(facts.free, choice?.from === "build");
  // During an upgrade, the present packages are no evidence.
  if (provisioned) return { obstacles: disk, notes: ["packages, Python and compiler: known once Node is installed again"] };
  // The next release has other packages, another Python, and other compilers.
  if (step.step === "upgrade")
    return { obstacles: disk, notes: ["packages, Python and compiler of the next release: known after the upgrade"] };
  const coming = [...config.packages, ...packages.flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? [])];
  const compiler = facts.hasCompiler
    ? undefined
    : comingCompiler({
        name: config.measure.compiler,
        coming: coming.filter((name) => !facts.unknownPackages.includes(name)),
        isComplete: facts.hasLists,
        isPackage: facts.isCompilerPackage,
      });
  return {
    obstacles: [
      ...facts.unknownPackages.map((name) => `package ${name}: the archive has no such package: correct its name under \`packages:\``),
      ...(choice?.from === "nowhere" ? [`${choice.mistake.message}: ${choice.mistake.hint}`] : []),
      ...(compiler?.state === "missing" ? [compiler.obstacle] : []),
      ...disk,
    ],
    notes: [
      ...(choice === undefined ? ["the distribution's Python: known after apt-get update"] : []),
      ...(compiler?.state === "unknown" ? [compiler.note] : []),
    ],
  };
}

function diskObstacles(free: number | undefined, isBuilding: boolean): string[] {
  const needed = leastBytes + (isBuilding ? buildBytes : 0);
  if (free === undefined || free >= needed) return [];
  return [`disk: ${bytesText(needed)} needed below /opt, ${bytesText(free)} free: make room on the host`];
}
