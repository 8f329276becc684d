// Plain JavaScript: it runs under every Node, and refuses those that are too old.
import { existsSync, readFileSync } from "node:fs";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const oldest = engines.node.replace(">=", "");

/** Ends this process where its Node is older than package.json asks for: the one minimum of all that runs on the admin's machine. */
export function requireSupportedNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const isCheckout = existsSync(new URL("../index.ts", import.meta.url));
  const fix = isCheckout ? "run the command by `npm run`, which uses the locked Node, or install Node" : "install Node";
  console.error(`error: Node ${process.versions.node} is too old\nhint: ${fix} ${oldest} or later`);
  process.exit(1);
}
