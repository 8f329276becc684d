import { reportedCommand, runProgram } from "./system/program.ts";
import { requireRoot } from "./system/root.ts";
import { commandLine } from "../config/command-line.ts";
import { command as baselines } from "./commands/baselines.ts";
import { command as bridge } from "./commands/bridge.ts";
import { command as check } from "./commands/check.ts";
import { command as collect } from "./commands/collect.ts";
import { command as compare } from "./commands/compare.ts";
import { command as discard } from "./commands/discard.ts";
import { command as doctor } from "./commands/doctor.ts";
import { command as ensure } from "./commands/ensure.ts";
import { command as exportResults } from "./commands/export.ts";
import { command as importResults } from "./commands/import.ts";
import { command as key } from "./commands/key.ts";
import { command as measure } from "./commands/measure.ts";
import { command as notify } from "./commands/notify.ts";
import { command as pause } from "./commands/pause.ts";
import { command as preUpgrade } from "./commands/pre-upgrade.ts";
import { command as prune } from "./commands/prune.ts";
import { command as queue } from "./commands/queue.ts";
import { command as report } from "./commands/report.ts";
import { command as resume } from "./commands/resume.ts";
import { command as run } from "./commands/run.ts";
import { command as secret } from "./commands/secret.ts";
import { command as show } from "./commands/show.ts";
import { command as status } from "./commands/status.ts";
import { command as unschedule } from "./commands/unschedule.ts";
import { command as verify } from "./commands/verify.ts";
import { command as withdraw } from "./commands/withdraw.ts";

// File modes must not depend on the caller's umask: with 077, as on hardened hosts, the other accounts could read no file made here.
process.umask(0o022);

const measuring = [run, queue, measure, collect, baselines, preUpgrade, bridge, verify];
const reading = [compare, show, report, status, doctor];
const operating = [pause, resume, withdraw, discard, notify, prune, importResults, exportResults];
const usedByOthers = [ensure, key, secret, check, unschedule];

const program = reportedCommand("evenkeel")
  .description(`Measure every revision of a project on this host, and apply the resources of \`${commandLine("up")}\``)
  .hook("preAction", (_, command) => requireRoot(command.name()));
for (const command of [...measuring, ...reading, ...operating, ...usedByOthers]) program.addCommand(command);

void runProgram(program);
