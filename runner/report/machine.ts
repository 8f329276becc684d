import type { MachineVerdict } from "../timeline/controls.ts";
import { counted, minuteOf, percentText } from "../text/quantities.ts";

/** In one line what controls say of the machine. Plain text. */
export function machineText({ verdict, since, controls, medianZ, threshold, common, ratio }: MachineVerdict): string {
  if (medianZ === undefined || ratio === undefined) return "not known: no program was measured again yet";
  if (threshold === undefined) return `not known: only ${counted(controls, "program")} measured again so far`;
  const shift = `${percentText(Math.abs(ratio - 1), 2)} ${ratio < 1 ? "faster" : "slower"}`;
  const numbers = `median z ${medianZ.toFixed(2).replace("-", "−")} over ${counted(controls, "program")} measured again, limit ${threshold.toFixed(2)}${common.pairs === 0 ? ", shared noise assumed" : ""}`;
  if (verdict === "not moved") return `as before (${numbers})`;
  if (verdict === "suspected") return `it may have moved: unchanged programs run ${shift} (${numbers}); more of them are measured at once`;
  return `it moved: unchanged programs run ${shift} (${numbers}); changes since ${minuteOf(since ?? "")} may be the machine's. If it stays so, declare it: environment.machineShifts: [{ since: "${since}", why: … }]`;
}
