import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { preUpgradeItems } from "./selection.ts";

export const command = measuringCommand({
  name: "pre-upgrade",
  summary: "measure this environment's side of the next bridge, before an upgrade",
}).action(async (options: MeasuringOptions) => {
  await measureItems({ ...options, command: "pre-upgrade", next: preUpgradeItems });
});
