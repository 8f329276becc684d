// `npm run secret -- put CONFIG HOST NAME < file`: what alerts are sent with goes straight to its host, past Pulumi and its state.
import { UserError } from "../config/user-error.ts";
import { handingOver, handOver } from "./hand-over.ts";

const usage = "npm run secret -- put config/yours.yaml HOST webhook|github|ping < file";

const [verb, file, host, name = ""] = process.argv.slice(2);
await handingOver(async () => {
  if (verb !== "put" || !/^[a-z]+$/.test(name)) throw new UserError("that is not how it is called", usage);
  await handOver([file, host], { usage, command: () => `secret put ${name}` });
});
