import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test, vi } from "vitest";
import { root } from "../../../config/root.ts";

const program = `
import { endWithParent } from ${JSON.stringify(join(root, "tools/offline/command-plugin/parent.ts"))};
endWithParent(20);
console.log(process.pid);
setInterval(() => console.log("alive"), 20);
`;

test("a plugin whose engine was killed ends too, and not before", { timeout: 60_000 }, async () => {
  // The shell waits for the plugin, as an engine does.
  const engine = spawn("sh", ["-c", '"$0" --input-type=module -e "$1" & wait', process.execPath, program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: engine.stdout });
  const [pid] = await once(lines, "line");
  // It has looked for its engine several times by then.
  for (let count = 0; count < 5; count++) await once(lines, "line");
  expect(isAlive(Number(pid))).toBe(true);
  engine.kill("SIGKILL");
  await vi.waitUntil(() => !isAlive(Number(pid)), { timeout: 30_000, interval: 20 });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
