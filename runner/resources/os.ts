import { commandLine } from "../../config/command-line.ts";
import { release as kernelRelease } from "node:os";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { osRelease } from "../system/environment.ts";
import { bootId } from "../system/tuning-here.ts";
import { preUpgradeRunMissing } from "../queue/pre-upgrade-complete.ts";
import { pointSources } from "./os/apt-sources.ts";
import { forgetJob, logOf, runJob } from "./job.ts";
import { plannedEffects } from "./planned-effects.ts";
import { forgetMarker, readMarker, type ResourceType } from "./resource-type.ts";
import { upgradeEnvironment, upgradeProgress, upgradeScript } from "./os/commands.ts";
import { codenameOf, decide, systemName, type Decision } from "./os/decision.ts";
import { readUpgrade, writeUpgrade } from "./os/record.ts";
import { packages, releaseHolds } from "./packages.ts";
import { scheduleRestart } from "./reboot.ts";

const spec = z.strictObject({
  /** VERSION_ID of os-release; absent to accept any. */
  release: z.string().optional(),
  upgrade: z.boolean(),
  preUpgradeRun: z.enum(["ask", "skip"]),
});
type Spec = z.infer<typeof spec>;

type Upgrade = Extract<Decision, { step: "upgrade" }>;
type Log = (line: string) => void;

const limitMinutes = 240;
const preUpgradeHint = `run it, then \`${commandLine("up")}\` again; or write preUpgradeRun: skip under upgrade:, and the timeline breaks at this upgrade`;

/** The release of the operating system. `apply` upgrades it in one step and orders a restart, for which `reboot` waits. */
export const os: ResourceType<Spec> = {
  spec,
  async check(wanted) {
    const decision = await decideHere(wanted);
    const is = systemName(await osRelease());
    if (decision.step === "refuse") return [{ what: "release", is, shouldBe: wanted.release ?? "any", hint: decision.hint }];
    if (decision.step !== "upgrade") return [];
    const hint = "`up` upgrades and restarts the host, then applies everything again";
    return [{ what: "release", is: decision.begun ? `half-way from ${decision.from}` : is, shouldBe: decision.to, hint }];
  },

  async apply(wanted, { log }) {
    const decision = await decideHere(wanted);
    if (decision.step === "refuse") throw new UserError(decision.message, decision.hint);
    if (decision.step === "upgrade") {
      if (!decision.begun && wanted.preUpgradeRun === "ask") await refuseWithoutPreUpgradeRun();
      await upgrade(decision, log);
    }
    if (decision.step !== "nothing") await scheduleRestart(log);
  },

  async observe() {
    return { release: (await osRelease()).versionId };
  },

  async plan(wanted) {
    const decision = await decideHere(wanted);
    if (decision.step === "nothing") return plannedEffects({});
    if (decision.step === "refuse") return plannedEffects({ obstacles: [`${decision.message}: ${decision.hint}`] });
    const kernel = { what: "kernel", is: kernelRelease(), willBe: "the newest installed one" };
    const reboot = { what: "the host", is: "running", willBe: "restarted" };
    if (decision.step === "restart") return plannedEffects({ effects: [kernel, reboot], seconds: restartSeconds });
    const here = await osRelease();
    const missing = !decision.begun && wanted.preUpgradeRun === "ask" ? await preUpgradeRunMissing() : undefined;
    return plannedEffects({
      effects: [
        { what: "operating system", is: systemName(here), willBe: systemName({ ...here, versionId: decision.to }) },
        kernel,
        reboot,
      ],
      unknown: [
        `packages, kernel and compiler of ${systemName({ ...here, versionId: decision.to })}: unknown until the upgrade reads its archive`,
        "all later resources: they are checked and applied again after the upgrade",
      ],
      obstacles: missing === undefined ? [] : [`${missing}: ${preUpgradeHint}`],
      disk: { "/": upgradeBytes },
      seconds: upgradeSeconds + restartSeconds,
    });
  },
};

/** Duration of an upgrade over a usual connection, duration of a restart, and the most disk space that an upgrade needs. */
const upgradeSeconds = 1200;
const restartSeconds = 120;
const upgradeBytes = 5e9;

async function decideHere(wanted: Spec): Promise<Decision> {
  return decide(wanted, await osRelease(), await readUpgrade(), await bootId());
}

async function refuseWithoutPreUpgradeRun(): Promise<void> {
  const missing = await preUpgradeRunMissing();
  if (missing === undefined) return;
  throw new UserError(missing, preUpgradeHint);
}

async function upgrade({ from, to }: Upgrade, log: Log): Promise<void> {
  await writeUpgrade({ from, to });
  const marker = await readMarker("packages");
  await releaseHolds(packages.spec.safeParse(marker?.spec).data?.install ?? [], log);
  const is = await osRelease();
  if (is.id === "debian") await pointSources(codenameOf(from), codenameOf(to));
  const job = `os-${from}-${to}`;
  await runJob(
    {
      name: job,
      title: `upgrading ${systemName({ ...is, versionId: from })} to ${to}`,
      command: ["/bin/sh", "-c", upgradeScript(is, to)],
      environment: upgradeEnvironment,
      limitMinutes,
      progress: upgradeProgress,
    },
    log,
  );
  const now = await osRelease();
  if (now.versionId !== to) {
    await forgetJob(job);
    throw new UserError(`the upgrade ended, but this host still runs ${systemName(now)}`, `read ${logOf(job)} on the host`);
  }
  // Recorded versions are of the old release. An archive that still has them would install them again.
  await forgetMarker("packages");
  await writeUpgrade({ from, to, upgradedIn: await bootId() });
  await forgetJob(job);
}
