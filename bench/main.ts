import { reportedCommand, runProgram } from "../runner/system/program.ts";
import { needRoot } from "../lab/machine.ts";
import { logWithElapsed } from "../lab/progress.ts";
import type { Bench } from "./bench.ts";
import { build } from "./build.ts";
import { crash } from "./crash.ts";
import { detection } from "./detection.ts";
import { layout } from "./layout.ts";
import { importMypyc } from "./import-mypyc.ts";
import { provision } from "./provision.ts";
import { report } from "./report.ts";
import { real } from "./real.ts";
import { runner } from "./runner.ts";

const benches: readonly Bench[] = [build, crash, detection, layout, importMypyc, provision, real, report, runner];

const program = reportedCommand("npm run bench --")
  .description("Measure and prove what Evenkeel promises, on throwaway hosts; print a table, then one line of JSON")
  .option("--list", "list the benches, a line each");

program.on("option:list", () => {
  console.log(benches.map(({ name, summary }) => `${name.padEnd(10)} ${summary}`).join("\n"));
  process.exit();
});

for (const bench of benches) {
  bench.options(program.command(bench.name).summary(bench.summary).description(bench.summary)).action(async (given: unknown) => {
    needRoot();
    const { table, figures, ok } = await bench.run(given, logWithElapsed());
    console.log(`${table}\n${JSON.stringify({ bench: bench.name, ok, ...figures })}`);
    process.exitCode = ok ? 0 : 1;
  });
}

await runProgram(program);
