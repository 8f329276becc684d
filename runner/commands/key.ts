import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { putKey } from "../resources/github.ts";
import { hostCommand } from "./command.ts";

const key = hostCommand({ name: "key", summary: `store a private key as the deploy key (used by \`${commandLine("key")}\`)` });

key
  .command("put")
  .description("Read a private key from standard input")
  .requiredOption("--account <name>", "account that owns the key")
  .action(async (options: { account: string }) => {
    console.log(`deploy key ${await putKey(options.account, await text(process.stdin))}; write it as git.keyFingerprint`);
  });

export const command = key;
