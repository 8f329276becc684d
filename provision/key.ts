// `npm run key -- put CONFIG HOST < file`: an existing deploy key goes straight to its host, past Pulumi and its state.
import { UserError } from "../config/user-error.ts";
import { handingOver, handOver } from "./hand-over.ts";

const usage = "npm run key -- put config/yours.yaml HOST < private-key";

const [verb, ...where] = process.argv.slice(2);
await handingOver(async () => {
  if (verb !== "put") throw new UserError("that is not how it is called", usage);
  await handOver(where, { usage, command: ({ user }) => `key put --account ${user}` });
});
