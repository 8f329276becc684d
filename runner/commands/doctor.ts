import { blockers, diagnose, identify, missingRevisions, pausedBecause, warningsOfListing } from "../run/doctor.ts";
import { withoutControls } from "../text/plain-text.ts";
import { hostCommand, sharedOptions } from "./command.ts";

export const command = hostCommand({
  name: "doctor",
  summary: "check that this host is what was declared, and has what is to be measured",
  exitCodes: ["0 it is", "1 it is not, or the check failed"],
})
  .option(...sharedOptions.json)
  .action(async (options: { json?: true }) => {
    const diagnosis = await diagnose();
    const missing = await missingRevisions();
    const problems = [...blockers(diagnosis), ...missing];
    const ignored = diagnosis.ignored.length > 0 ? [`no longer declared, ignored: ${diagnosis.ignored.join(", ")}`] : [];
    const paused = await pausedBecause();
    const warnings = await warningsOfListing();
    if (options.json) console.log(JSON.stringify({ ...diagnosis, missing, paused, warnings, identity: await identify() }, null, 2));
    else {
      const verdict = problems.length > 0 ? problems : ["this host is what was declared"];
      const warned = warnings.map((warning) => `warning: ${warning}`);
      console.log(withoutControls([...verdict, ...(paused === undefined ? [] : [paused]), ...warned, ...ignored].join("\n")));
    }
    process.exitCode = problems.length > 0 ? 1 : 0;
  });
