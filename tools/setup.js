// Sets up a checkout: installs the locked dependencies, then the rest of the toolchain with the locked Node.
// Plain JavaScript without dependencies, as it runs under any Node that npm runs under.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const heartbeatSeconds = 15;

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  console.log(`usage: npm run setup

Install the locked dependencies, Pulumi and its command plugin into this checkout and ~/.pulumi. It is safe to run again.
Exit codes: 0 done, 1 failed.`);
  process.exit(0);
}

process.exitCode = (await installDependencies()) || (await buildToolchain());

/** Runs npm ci, unless the installed packages match package-lock.json. Returns npm's exit code. */
async function installDependencies() {
  if (dependenciesInPlace()) {
    console.log("dependencies: in place");
    return 0;
  }
  console.log("dependencies: npm ci …");
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const heartbeat = setInterval(() => console.log(`dependencies: still installing, ${seconds()}`), heartbeatSeconds * 1000);
  // Only two install scripts are needed, and run separately. The others compile or download unused files.
  const code =
    (await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])) ||
    (await run("npm", ["rebuild", "node", "esbuild", "--loglevel=error"]));
  clearInterval(heartbeat);
  console.log(`dependencies: ${code === 0 ? "installed" : "failed, see above"}, ${seconds()}`);
  return code;
}

/** Returns whether every locked package is installed in its locked version. Optional packages for other platforms may be missing. */
function dependenciesInPlace() {
  const installedFile = join(root, "node_modules/.package-lock.json");
  const nodeBinary = join(root, "node_modules/.bin/node");
  if (!existsSync(installedFile) || !existsSync(nodeBinary)) return false;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  const declared = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const asked = ["dependencies", "devDependencies"];
  if (!asked.every((kind) => isDeepStrictEqual(declared[kind] ?? {}, locked[""][kind] ?? {}))) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === "") return true;
    const there = installed[path];
    if (there === undefined) return entry.optional === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function buildToolchain() {
  return run(join(root, "node_modules/.bin/node"), [join(root, "evenkeel.js"), "setup"]);
}

/** Runs a command on this process's terminal. Resolves to its exit code. */
function run(file, args) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => {
      console.error(`error: cannot run ${file}: ${error.message}\nhint: install it and run this command again`);
      resolve(1);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
