import { main } from "@pulumi/pulumi/provider/index.js";
import { engineLog } from "./engine-log.ts";
import { commandProvider } from "./provider.ts";

const args = process.argv.slice(2);
// The engine's address is the only argument that is neither an option nor an option's value.
const address = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing") ?? "";

void main(commandProvider("1.2.1", engineLog(address)), args);
