import { commandLine } from "../../config/command-line.ts";
import { installCommandPlugin } from "../../tools/offline/install-command-plugin.ts";
import { installEngine } from "../../tools/offline/install-engine.ts";
import { parsedCommand } from "./command.ts";

/** Installs Pulumi. In a checkout, `tools/setup.js` installs the dependencies first. */
export const command = parsedCommand<unknown, unknown>({
  called: commandLine("setup"),
  summary: "install Pulumi and its command plugin into ~/.pulumi",
  about: "It is safe to run again.",
  exitCodes: "0 done, 1 failed, 2 usage",
  define: (setup) => setup,
  action: async () => {
    await installEngine();
    await installCommandPlugin();
    return 0;
  },
});
