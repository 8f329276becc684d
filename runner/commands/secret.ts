import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { putSecret, secrets } from "../alerts/secrets.ts";
import { hostCommand } from "./command.ts";

const secret = hostCommand({ name: "secret", summary: `store an address or a token of the alerts (used by \`${commandLine("secret")}\`)` });

secret
  .command("put")
  .description("Read a secret from standard input")
  .argument("<name>", `one of ${Object.keys(secrets).join(", ")}`)
  .action(async (name: string) => {
    await putSecret(name, await text(process.stdin));
    console.log(`secret ${name} is in place; \`evenkeel notify --test\` tries it`);
  });

export const command = secret;
