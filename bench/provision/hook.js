// Loaded by Node before a program (NODE_OPTIONS=--import): writes down when it started, what it started, and when either ended.
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["EVENKEEL_BENCH_EVENTS"];

/** Milliseconds since 1970, of the clock that all processes share. */
const now = () => performance.timeOrigin + performance.now();

if (file !== undefined && isMainThread) {
  const tell = (event) => appendFileSync(file, `${JSON.stringify(event)}\n`);
  tell({ id: process.pid, command: process.argv.join(" "), begins: performance.timeOrigin });
  process.on("exit", () => tell({ id: process.pid, ends: now() }));
  subscribe("child_process", ({ process: child }) => {
    const begins = now();
    child.once("spawn", () => tell({ id: child.pid, command: child.spawnargs.join(" "), begins }));
    child.once("exit", () => tell({ id: child.pid, ends: now() }));
  });
}
