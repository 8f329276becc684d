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
import { resource, resourcesOf, type Resource } from "./resources.ts";
import { explainRefusal } from "./refusal.ts";
import { asRootPrefix, ssh } from "./ssh.ts";
import { tokenOf, tokensOf, type Seen } from "./tokens.ts";
import { paths } from "../../config/paths.ts";

export interface BenchmarkServerArgs {
  host: HostEntry;
  config: Config;
  bundle: Bundle;
  /** What the host is now; a skipped one is neither looked at nor changed. */
  state: HostState | "skipped";
}

/** True if a running measurement stops at its next block for this `up`, where something is to be applied. */
const isInterrupting = (process.env["EVENKEEL_INTERRUPT"] ?? "") !== "";

/** True if every value of a bare host is shown, by `--verbose`. */
const isVerbose = (process.env["EVENKEEL_VERBOSE"] ?? "") !== "";

/** One benchmark server: everything on one host, in the order an operator would do it. */
export class BenchmarkServer extends pulumi.ComponentResource {
  /** Its name. */
  readonly host: string;
  /** The public half of the deploy key, to be added to the repositories. */
  readonly deployKey: pulumi.Output<string>;
  /** Id of the environment results are measured in. */
  readonly environment: pulumi.Output<string>;

  /** What was observed of it, by resource. */
  readonly facts: pulumi.Output<Facts>;
  /** Neither looked at nor changed, on request. */
  readonly isSkipped: boolean;

  /** Say what differs on a host that was looked at, declare its resources. */
  static async declare({ host, resources, state }: Look, config: Config, bundle: Bundle): Promise<BenchmarkServer> {
    if (isInterrupting && !pulumi.runtime.isDryRun() && state !== "skipped" && !state.bare) await askForInterruption(host);
    const server = new BenchmarkServer(host.name, { host, config, bundle, state });
    if (state === "skipped") {
      await pulumi.log.warn("skipped: neither looked at nor changed", server);
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
      // Once something is declared that is not applied, nothing is measured: no other step has long to wait.
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

/** Leaves word for whoever waits for the host's lock: no input of a resource, or each `up` would differ from the next. */
async function askForInterruption(host: HostEntry): Promise<void> {
  const answer = await ssh(host, `${asRootPrefix(host)}sh -c 'mkdir -p -m 0700 ${paths.runtime} && : >${paths.interrupt}'`, "");
  if (answer.exitCode !== 0) throw explainRefusal(host, answer.stderr);
}

/** What stands in for a host that was not looked at: nothing of it goes anywhere. */
const unseen: HostState = { bare: true, instance: "", os: "", provisioned: false, packages: [], facts: noFacts };

/** Where commands run, and as what. */
interface Site {
  name: string;
  options: pulumi.CustomResourceOptions;
  prefix: string;
  connection: types.input.remote.ConnectionArgs;
}

/** The login key is never an input: it stays in the SSH agent. The host key is always pinned. */
function connectionTo({ address, port, user, hostKey }: HostEntry): types.input.remote.ConnectionArgs {
  return { host: address, port, user, hostKey, dialErrorLimit: 3 };
}

/** A host that restarts is there again when it answers, however long that takes. */
function untilItAnswers(connection: types.input.remote.ConnectionArgs): types.input.remote.ConnectionArgs {
  return { ...connection, dialErrorLimit: -1 };
}

/** Node from the distribution, then the host program by content: what all other resources are applied with. */
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

/** Names every resource with its token; applied before all others, so that a half-applied host is never measured. */
function declarationOf(tokens: ReadonlyMap<string, string>): Resource {
  return resource("declaration", { resources: Object.fromEntries(tokens) });
}

function seenResource(state: HostState, resource: string): Seen {
  if (state.bare) return { differences: [] };
  return { differences: [], ...state.resources[resource], declared: state.declared?.[resource] };
}

/** The declaration names the tokens, so the program compares it itself once it knows them. */
function seenDeclaration(state: HostState, { spec }: Resource): Seen {
  if (state.bare) return { differences: [] };
  const is = hashOf({ resources: state.declared });
  const shouldBe = hashOf(spec);
  return { differences: is === shouldBe ? [] : [{ what: "declaration", is, shouldBe }], marker: state.declarationMarker };
}

/** The first step is taken again with each new bundle: it makes the folder that the bundle is copied to. */
function nodeToken(state: HostState, bundleToken: string): string {
  const isInstalled = !state.bare && state.resources["bundle"]?.marker?.token === bundleToken;
  return (isInstalled && state.nodeToken) || hashOf(["node", state.instance, bundleToken]);
}

const factsSchema = z.object({ observed: z.record(z.string(), z.string()) });

/** A fact that `ensure` printed in its last line. */
function observed(command: remote.Command | undefined, fact: string): pulumi.Output<string> {
  return command ? factsIn(command).apply((facts) => facts[fact] ?? "") : pulumi.output("");
}

function factsIn(command: remote.Command): pulumi.Output<Record<string, string>> {
  return command.stdout.apply((stdout) => {
    const lastLine = stdout.trim().split("\n").at(-1) ?? "";
    return lastLine === "" ? {} : factsSchema.parse(JSON.parse(lastLine)).observed;
  });
}
