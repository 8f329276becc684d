// What `npm run setup` does once the dependencies are there.
import { UserError } from "../config/user-error.ts";
import { installCommandPlugin } from "./install-command-plugin.ts";
import { installEngine } from "./install-engine.ts";

try {
  await installEngine();
  await installCommandPlugin();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`setup: ${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
}
