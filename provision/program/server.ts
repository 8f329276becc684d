import { remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { Config, HostEntry } from "../../config/schema.ts";
import type { Bundle } from "./bundle.ts";
import { noticesOf } from "./drift.ts";
import { ensure } from "./ensure.ts";
import type { Facts } from "./facts.ts";
import { hashOf } from "../../runner/resources/resource-type.ts";
import { nodeScript } from "./node.ts";
import { bundleResource, type Look } from "./look.ts";
import { noFacts, type HostState } from "./probe.ts";
import { resourcesOf, type Resource } from "./resources.ts";
import { explainRefusal } from "./refusal.ts";
import { asRootPrefix, ssh } from "./ssh.ts";
import { declarationOf, tokenOf, tokensOf, type Seen } from "./tokens.ts";
import { paths } from "../../config/paths.ts";

export interface BenchmarkServerArgs {
  host: HostEntry;
  config: Config;
  bundle: Bundle;
  /** Current state, or "skipped" for a host that is neither checked nor changed. */
  state: HostState | "skipped";
}

/** True if a running measurement stops at its next block when this `up` applies something. */
const isInterrupting = (process.env["EVENKEEL_INTERRUPT"] ?? "") !== "";

/** True if `--verbose` shows every value of a bare host. */
const isVerbose = (process.env["EVENKEEL_VERBOSE"] ?? "") !== "";

/** Benchmark server: all resources of one host, in the order in which an operator would apply them. */
export class BenchmarkServer extends pulumi.ComponentResource {
  /** Name of the host. */
  readonly host: string;
  /** Public deploy key, to be added to the repositories. */
  readonly deployKey: pulumi.Output<string>;
  /** Id of the environment in which the host measures. */
  readonly environment: pulumi.Output<string>;

  /** Observed facts, by resource. */
  readonly facts: pulumi.Output<Facts>;
  /** True if the host is neither checked nor changed, on request. */
  readonly isSkipped: boolean;

  /** Declares the resources of a host, and logs its differences. */
  static async declare({ host, resources, state }: Look, config: Config, bundle: Bundle): Promise<BenchmarkServer> {
    if (isInterrupting && !pulumi.runtime.isDryRun() && state !== "skipped" && !state.bare) await askForInterruption(host);
    const server = new BenchmarkServer(host.name, { host, config, bundle, state });
    if (state === "skipped") {
      await pulumi.log.warn("skipped: neither checked nor changed", server);
      return server;
    }
    const declared = { config: { ...config, hosts: [host] }, isVerbose };
    for (const notice of noticesOf(resources, state, declared)) await pulumi.log[notice.severity](notice.text, server);
    return server;
  }

  constructor(name: string, args: BenchmarkServerArgs) {
    super("evenkeel:server:BenchmarkServer", name, {});
    const { host, config, bundle } = args;
    const state = args.state === "skipped" ? unseen : args.state;
    const options = { parent: this, ...(args.state === "skipped" && { ignoreChanges: ["*"] }) };
    const site: Site = { name, options, prefix: asRootPrefix(host), connection: connectionTo(host) };
    const owner = `${pulumi.getStack()}/${host.name}`;
    const program = bundleResource(bundle);
    const resources = resourcesOf(host, config, pulumi.getStack(), bundle.sha256);
    const tokens = tokensOf([program, ...resources], (resource) => seenResource(state, resource), state.instance);
    const declaration = declarationOf(tokens);
    tokens.set(declaration.name, tokenOf(declaration.spec, seenDeclaration(state, declaration), state.instance));

    const applied = new Map<string, remote.Command>();
    let last = installProgram(site, bundle, program, tokens.get(program.name) ?? "", state, config.upgrade);
    for (const resource of [declaration, ...resources]) {
      // A new declaration stops measuring, so no later step waits long.
      const waiting = resource.type === "declaration" && { waitMinutes: config.upgrade.waitMinutes };
      const patient = resource.type === "reboot" && { connection: untilItAnswers(site.connection) };
      const owned = resource.type === "schedule" && { delete: `${site.prefix}${paths.next}/evenkeel unschedule --owner ${owner}` };
      last = ensure(
        `${name}-${resource.name}`,
        { ...site, resource, token: tokens.get(resource.name) ?? "", ...waiting, ...patient, ...owned },
        { ...options, dependsOn: last },
      );
      applied.set(resource.name, last);
    }
    this.deployKey = observed(applied.get("github"), "publicKey");
    this.environment = observed(applied.get("activation"), "environment");
    this.host = name;
    this.facts = pulumi.all(Object.fromEntries([...applied].map(([resource, command]) => [resource, factsIn(command)])));
    this.isSkipped = args.state === "skipped";
    this.registerOutputs({ deployKey: this.deployKey, environment: this.environment });
  }
}

/** Requests an interruption of the running measurement. This is not an input of a resource, which would differ at each `up`. */
async function askForInterruption(host: HostEntry): Promise<void> {
  const answer = await ssh(host, `${asRootPrefix(host)}sh -c 'mkdir -p -m 0700 ${paths.runtime} && : >${paths.interrupt}'`, "");
  if (answer.exitCode !== 0) throw explainRefusal(host, answer.stderr);
}

/** Placeholder state of a skipped host. Its values are not used. */
const unseen: HostState = { bare: true, instance: "", os: "", provisioned: false, packages: [], facts: noFacts };

/** Connection, account and options of a host's commands. */
interface Site {
  name: string;
  options: pulumi.CustomResourceOptions;
  prefix: string;
  connection: types.input.remote.ConnectionArgs;
}

/** Returns the connection to a host. The login key stays in the SSH agent and is never an input. The host key is always pinned. */
function connectionTo({ address, port, user, hostKey }: HostEntry): types.input.remote.ConnectionArgs {
  return { host: address, port, user, hostKey, dialErrorLimit: 3 };
}

/** Returns a connection that retries without limit, for a host that restarts. */
function untilItAnswers(connection: types.input.remote.ConnectionArgs): types.input.remote.ConnectionArgs {
  return { ...connection, dialErrorLimit: -1 };
}

/** Declares the installation of Node and of the host program, which applies all other resources. */
function installProgram(
  site: Site,
  bundle: Bundle,
  program: Resource,
  token: string,
  state: HostState,
  { waitMinutes }: Config["upgrade"],
): remote.Command {
  const { name, options, prefix, connection } = site;
  const node = new remote.Command(
    `${name}-node`,
    { connection, create: nodeScript(prefix), stdin: nodeToken(state, token), addPreviousOutputInEnv: false },
    options,
  );
  const file = `.cache/evenkeel/${bundle.sha256.slice(0, 12)}.cjs`;
  const copy = new remote.CopyToRemote(
    `${name}-copy`,
    { connection, source: new pulumi.asset.FileAsset(bundle.file), remotePath: file, triggers: [token] },
    { ...options, dependsOn: node, deleteBeforeReplace: true },
  );
  return ensure(
    `${name}-bundle`,
    { ...site, resource: program, token, program: `node ${file}`, waitMinutes },
    { ...options, dependsOn: copy },
  );
}

function seenResource(state: HostState, resource: string): Seen {
  if (state.bare) return { differences: [] };
  return { differences: [], ...state.resources[resource], declared: state.declared?.[resource] };
}

/** Compares the declaration with the host's. The probe cannot do this, as the tokens depend on its answer. */
function seenDeclaration(state: HostState, { spec }: Resource): Seen {
  if (state.bare) return { differences: [] };
  const is = hashOf({ resources: state.declared });
  const shouldBe = hashOf(spec);
  return { differences: is === shouldBe ? [] : [{ what: "declaration", is, shouldBe }], marker: state.declarationMarker };
}

/** Returns the token of the Node step. Each new bundle repeats the step, as it creates the folder for the bundle. */
function nodeToken(state: HostState, bundleToken: string): string {
  const isInstalled = !state.bare && state.resources["bundle"]?.marker?.token === bundleToken;
  return (isInstalled && state.nodeToken) || hashOf(["node", state.instance, bundleToken]);
}

const factsSchema = z.object({ observed: z.record(z.string(), z.string()) });

/** Returns a fact from the last line that `ensure` printed. */
function observed(command: remote.Command | undefined, fact: string): pulumi.Output<string> {
  return command ? factsIn(command).apply((facts) => facts[fact] ?? "") : pulumi.output("");
}

function factsIn(command: remote.Command): pulumi.Output<Record<string, string>> {
  return command.stdout.apply((stdout) => {
    const lastLine = stdout.trim().split("\n").at(-1) ?? "";
    return lastLine === "" ? {} : factsSchema.parse(JSON.parse(lastLine)).observed;
  });
}
