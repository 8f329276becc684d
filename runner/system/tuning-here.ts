import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import { kernel, readMachine, readPrograms, type MachineFacts, type Roots } from "./machine.ts";
import { readTuningJournal } from "./tuning-journal.ts";
import { planTuning, type TuningPlan } from "./tuning-plan.ts";

interface MeasurementContext {
  roots: Roots;
  /** File of the tuning journal. */
  journal: string;
  programs?: MachineFacts["programs"];
}

/** Returns the effects of tuning on this machine without changing anything. The result is the same while the machine is tuned. */
export async function tuningHere(
  server: MeasurementContext = { roots: kernel, journal: paths.tuning },
): Promise<Pick<TuningPlan, "effect" | "skipped">> {
  const { roots, journal, programs = await readPrograms() } = server;
  const { effect, skipped } = planTuning(await readMachine(roots, programs));
  const active = await readTuningJournal(journal);
  if (active === undefined || active === "damaged" || active.bootId !== (await bootId(roots))) return { effect, skipped };
  return { effect: active.effect, skipped: active.skipped };
}

/** Returns the id of the present boot. */
export async function bootId(roots: Roots = kernel): Promise<string> {
  return (await readFile(join(roots.proc, "sys/kernel/random/boot_id"), "utf8")).trim();
}
