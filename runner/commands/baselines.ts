import { openRunnerContext } from "../runner-context.ts";
import { unstoppable } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { baselineItems, verdictOnBaselines } from "./selection.ts";

export const command = measuringCommand({
  name: "baselines",
  summary: "measure every benchmark with the interpreter itself; the last line is << success >> or << failed >>",
}).action(async (options: MeasuringOptions) => {
  const result = await measureItems({ ...options, command: "baselines", next: () => Promise.resolve(baselineItems()) });
  if (!result) return;
  const verdict = await verdictOnBaselines(await openRunnerContext(unstoppable), result);
  (options.json ? console.error : console.log)(verdict.line);
  process.exitCode = verdict.exitCode === 0 ? result.exitCode : verdict.exitCode;
});
