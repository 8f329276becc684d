import type { MachineVerdict } from "../timeline/controls.ts";
import { counted, minuteOf, percentText } from "../text/quantities.ts";

/** Returns the verdict of the controls on the machine as a line of plain text. A shift begins with `machine shift` or `possible machine shift`. */
export function machineText({ verdict, since, controls, medianZ, threshold, common, ratio }: MachineVerdict): string {
  if (medianZ === undefined || ratio === undefined) return "unknown: no program was measured again yet";
  if (threshold === undefined) return `unknown: only ${counted(controls, "program")} measured again so far`;
  const shift = `${percentText(Math.abs(ratio - 1), 2)} ${ratio < 1 ? "faster" : "slower"}`;
  const numbers = `median z ${medianZ.toFixed(2).replace("-", "−")} over ${counted(controls, "program")} measured again, limit ${threshold.toFixed(2)}${common.pairs === 0 ? ", shared noise assumed" : ""}`;
  if (verdict === "not moved") return `as before (${numbers})`;
  if (verdict === "suspected") return `possible machine shift: unchanged programs run ${shift} (${numbers}); measuring more of them next`;
  return `machine shift: unchanged programs run ${shift} (${numbers}); the machine may have caused changes since ${minuteOf(since ?? "")}. If the shift lasts, declare it: environment.machineShifts: [{ since: "${since}", why: … }]`;
}
