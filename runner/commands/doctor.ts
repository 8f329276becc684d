import { blockers, diagnose, identify, missingRevisions, pausedBecause, warningsOfListing } from "../run/doctor.ts";
import { withoutControls } from "../text/plain-text.ts";
import { hostCommand, sharedOptions } from "./command.ts";

export const command = hostCommand({
  name: "doctor",
  summary: "check that this host matches its declaration, and has the branches and the revision to measure",
  exitCodes: ["0 it does", "1 it does not, or the check failed"],
})
  .option(...sharedOptions.json)
  .action(async (options: { json?: true }) => {
    const diagnosis = await diagnose();
    const missing = await missingRevisions();
    const problems = [...blockers(diagnosis), ...missing];
    const ignored = diagnosis.ignored.length > 0 ? [`ignored, as no longer declared: ${diagnosis.ignored.join(", ")}`] : [];
    const paused = await pausedBecause();
    const warnings = await warningsOfListing();
    if (options.json) console.log(JSON.stringify({ ...diagnosis, missing, paused, warnings, identity: await identify() }, null, 2));
    else {
      const verdict = problems.length > 0 ? problems : ["this host matches its declaration"];
      const warned = warnings.map((warning) => `warning: ${warning}`);
      console.log(withoutControls([...verdict, ...(paused === undefined ? [] : [paused]), ...warned, ...ignored].join("\n")));
    }
    process.exitCode = problems.length > 0 ? 1 : 0;
  });
