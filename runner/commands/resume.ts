import { resume } from "../run/pause.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { hostCommand } from "./command.ts";

export const command = hostCommand({ name: "resume", summary: "resume the schedule" }).action(async () => {
  const pausing = await resume();
  if (pausing) await noteReportsDue();
  console.log(pausing ? `ended the pause since ${pausing.since} (${pausing.why})` : "the schedule was not paused");
});
