// Plain JavaScript that runs under every Node and rejects old ones.
import { existsSync, readFileSync } from "node:fs";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const oldest = engines.node.replace(">=", "");

/** Exits if this Node is older than package.json requires. All programs on the admin's machine have this minimum. */
export function requireSupportedNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const isCheckout = existsSync(new URL("../index.ts", import.meta.url));
  const fix = isCheckout ? "run the command with `npm run`, which uses the locked Node, or install Node" : "install Node";
  console.error(`error: Node ${process.versions.node} is too old\nhint: ${fix} ${oldest} or later`);
  process.exit(1);
}
