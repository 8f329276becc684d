import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { Option } from "commander";
import { parseConfig } from "../../config/load.ts";
import { UsageError } from "../../config/user-error.ts";
import { isConfigFile } from "../engine/configuration-choice.ts";
import { parsedCommand } from "./command.ts";
import { filesOf, type FirstValues } from "./init-files.ts";
import { root } from "../../config/root.ts";
import { packageFields } from "../engine/pulumi-home.ts";

interface Options extends FirstValues {
  example: "mypyc" | "jq";
}

/** Writes a repository for servers into the current folder. */
export const command = parsedCommand({
  called: "npx evenkeel init",
  summary: "write a repository for benchmark servers into this folder",
  about: "Writes a configuration, .gitignore and a workflow for pull requests. Overwrites nothing.",
  define: (init) =>
    init
      .argument("[configuration]", "the YAML file to write", "config/benchmarks.yaml")
      .addOption(
        new Option("--example <name>", "example configuration: a suite like mypyc's, or a tool timed with commands, like jq")
          .choices(["mypyc", "jq"])
          .default("mypyc"),
      )
      .option("--host <name>", "name of the host in results")
      .option("--address <address>", "host name or IP address for ssh")
      .option("--host-key <key>", "public key of the host, ssh-ed25519 AAAA…; compare it on the host")
      .option("--target <url>", "repository to measure")
      .option("--since <revision>", "first revision to measure (commit or tag)")
      .option("--suite <url>", "repository of the benchmarks")
      .option("--results <url>", "repository for the results")
      .option("--known-hosts <line>", "known_hosts line of the git server, if it is not GitHub"),
  action: write,
});

async function write(configuration: string, { example, ...values }: Options): Promise<number> {
  if (!isConfigFile(configuration))
    throw new UsageError(`${configuration} is not a YAML file`, "write a name that ends with .yaml, such as config/yours.yaml");
  if (values.suite !== undefined && example === "jq")
    throw new UsageError("the example jq has no suite repository", "remove --suite, or use --example mypyc");
  const folder = process.env["INIT_CWD"] ?? process.cwd();
  const configFile = relative(folder, resolve(folder, configuration));
  const { version } = packageFields();
  const files = filesOf(await readFile(join(root, "config", `${example}.yaml`), "utf8"), configFile, values, version);
  // Rejects an invalid value before anything is written.
  parseConfig(files.get(configFile) ?? "", configFile);
  const existing = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  for (const [path, content] of files) if (!existing.includes(path)) await writeNew(join(folder, path), content);
  for (const path of files.keys())
    console.log(existing.includes(path) ? `kept     ${path}, which exists${await missingIn(folder, path, version)}` : `written  ${path}`);
  console.log(`\nEdit ${configFile}, then run:\n`);
  const isInstalled = existsSync(join(folder, "node_modules/evenkeel"));
  console.log(`  ${isInstalled ? "" : "npm install && "}npx evenkeel setup`);
  for (const name of ["preview", "up"]) console.log(`  npx evenkeel ${name} ${configFile}`);
  return 0;
}

/** Writes a new file. @throws Error if the file exists. */
async function writeNew(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { flag: "wx" });
}

/** Returns advice about lines that an existing file lacks, or an empty text. */
async function missingIn(folder: string, path: string, version: string): Promise<string> {
  const text = await readFile(join(folder, path), "utf8");
  const lacks = (line: string, words: string): string => (text.includes(line) ? "" : `; ${words}`);
  if (path === ".gitignore") return lacks(".evenkeel", "add the line .evenkeel/ to it: the folder has the state and its passphrase");
  if (path === "package.json") return lacks('"evenkeel"', `pin this version: npm install --save-exact evenkeel@${version}`);
  return "";
}
