import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { putSecret, secrets } from "../alerts/secrets.ts";
import { hostCommand } from "./command.ts";

const secret = hostCommand({ name: "secret", summary: `store a URL or a token for alerts (used by \`${commandLine("secret")}\`)` });

secret
  .command("put")
  .description("Read a secret from standard input")
  .argument("<name>", `one of ${Object.keys(secrets).join(", ")}`)
  .action(async (name: string) => {
    await putSecret(name, await text(process.stdin));
    console.log(`stored secret ${name}; \`evenkeel notify --test\` tests it`);
  });

export const command = secret;
