import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { checkCommand } from "../resources/check.ts";
import { specsIn } from "../resources/specs-in.ts";
import { hostCommand } from "./command.ts";

export const command = hostCommand({
  name: "check",
  summary: `compare this host with specs on standard input, as JSON (used by \`${commandLine("preview")}\`)`,
})
  .option("--review", "also plan the effects of applying them")
  .action(async ({ review }: { review?: true }) => {
    await checkCommand(await givenSpecs(), review ?? false);
  });

/**
 * Returns the specs. The probe writes them into the text of this program, which sets a global variable where that text runs. Where the
 * installed program runs instead, the text is its standard input.
 */
async function givenSpecs(): Promise<string> {
  const left: unknown = Reflect.get(globalThis, "evenkeelSpecs");
  return typeof left === "string" ? left : specsIn(await text(process.stdin));
}
