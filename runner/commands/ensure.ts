import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { ensureCommand } from "../resources/ensure.ts";
import { busyExit, hostCommand, wholeNumber } from "./command.ts";

export const command = hostCommand({
  name: "ensure",
  summary: `apply the declaration of one resource (used by \`${commandLine("up")}\`)`,
  exitCodes: [busyExit],
})
  .argument("<type>", "resource type; name, spec and token are read as JSON from standard input")
  .option("--wait-minutes <n>", "time to wait for a running measurement", wholeNumber, 60)
  .action(async (type: string, options: { waitMinutes: number }) => {
    await ensureCommand(type, await text(process.stdin), options.waitMinutes);
  });
