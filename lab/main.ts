import { reportedCommand, runProgram } from "../runner/system/program.ts";
import { command as clean } from "./commands/clean.ts";
import { command as down } from "./commands/down.ts";
import { command as list } from "./commands/list.ts";
import { command as ssh } from "./commands/ssh.ts";
import { command as up } from "./commands/up.ts";
import { needRoot } from "./machine.ts";

const program = reportedCommand("npm run lab --")
  .description("Manage throwaway hosts: Debian trees booted on this machine, reached by ssh")
  .enablePositionalOptions()
  .hook("preAction", needRoot);
for (const command of [up, ssh, down, list, clean]) program.addCommand(command);

await runProgram(program);
