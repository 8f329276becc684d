import { join } from "node:path";
import { UserError } from "../../config/user-error.ts";
import { paths } from "../../config/paths.ts";
import { effectsOf, plannedEffects } from "./planned-effects.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";
import { buildPython, endOtherBuilds, flagsOf, neededBytes, otherBuilds, refuseOther } from "./python/build.ts";
import { pythonSpec, satisfies, type PythonSpec } from "./python/choice.ts";
import { choiceHere, distributionPython, findBuilt, interpreterOf, versionOf } from "./python/prefix.ts";

/** The interpreter everything is measured with: the distribution's, or one that is built here into a prefix of its own. */
export const python: ResourceType<PythonSpec> = {
  spec: pythonSpec,
  async check(wanted) {
    const others = await otherBuilds(wanted.build);
    const differences: Difference[] = others.map((name) => ({ what: `job ${name}`, is: "at work", shouldBe: "ended" }));
    const choice = await choiceHere(wanted);
    if (choice.from === "nowhere") {
      const is = (await versionOf(distributionPython)) ?? "missing";
      return [...differences, { what: distributionPython, is, shouldBe: wanted.version, hint: choice.mistake.hint }];
    }
    if (choice.from === "distribution") return differences;
    const built = await findBuilt(choice.build);
    if (!built) {
      const hint = "it is built, which takes a quarter of an hour on two cores";
      differences.push({ what: `Python ${wanted.version}`, is: "not built", shouldBe: `built from ${choice.build.url}`, hint });
    } else {
      const is = await versionOf(built.interpreter);
      if (is !== built.version) differences.push({ what: built.interpreter, is: is ?? "missing", shouldBe: built.version });
      else if (!satisfies(is, wanted.version)) differences.push({ what: built.interpreter, is, shouldBe: wanted.version });
    }
    return differences;
  },

  async apply(wanted, { log }) {
    await endOtherBuilds(wanted.build, log);
    const choice = await choiceHere(wanted);
    if (choice.from === "nowhere") throw new UserError(choice.mistake.message, choice.mistake.hint);
    if (choice.from === "distribution") return;
    const built = await findBuilt(choice.build);
    if (built && (await versionOf(built.interpreter)) === built.version) return refuseOther(built.version, wanted, choice.build);
    await buildPython(wanted, choice.build, log);
  },

  async observe(wanted) {
    const interpreter = await interpreterOf(wanted);
    if (interpreter === undefined) return {};
    return { interpreter, version: (await versionOf(interpreter)) ?? "" };
  },
  async plan(wanted, { differences }) {
    const effects = effectsOf(differences);
    const choice = await choiceHere(wanted);
    if (choice.from === "nowhere") return plannedEffects({ obstacles: [`${choice.mistake.message}: ${choice.mistake.hint}`] });
    if (choice.from === "distribution" || (await findBuilt(choice.build))) return plannedEffects({ effects });
    const { build } = choice;
    const is = (await versionOf(join(paths.venv, "bin/python"))) ?? "none";
    return plannedEffects({
      effects: [
        { what: "Python", is, willBe: `${wanted.version}, built on the host from ${build.url} (SHA-256 ${build.sha256.slice(0, 12)}…)` },
        { what: "Python build flags", is: "none", willBe: flagsOf(build).join(" ") },
      ],
      disk: { [paths.pythons]: neededBytes },
      seconds: buildSeconds,
      unknown: ["the built Python: its exact version and the environment id that follows from it are known once it is built and tested"],
    });
  },
};

/** Duration of an optimized build on two cores. */
const buildSeconds = 900;
