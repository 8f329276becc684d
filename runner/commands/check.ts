import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { checkCommand } from "../resources/check.ts";
import { hostCommand } from "./command.ts";

export const command = hostCommand({
  name: "check",
  summary: `compare this host with specs on standard input, as JSON (used by \`${commandLine("preview")}\`)`,
})
  .option("--review", "also plan what applying them would do")
  .action(async ({ review }: { review?: true }) => {
    await checkCommand(await givenSpecs(), review ?? false);
  });

/** The probe runs this program from standard input, so it leaves the specs in a global variable. */
async function givenSpecs(): Promise<string> {
  const left: unknown = Reflect.get(globalThis, "evenkeelSpecs");
  return typeof left === "string" ? left : text(process.stdin);
}
