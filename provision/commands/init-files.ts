import { fillIn } from "../../config/fill-in.ts";

/** Values of the example configuration that a new repository replaces most often. */
export interface FirstValues {
  host?: string;
  address?: string;
  hostKey?: string;
  target?: string;
  since?: string;
  suite?: string;
  results?: string;
  knownHosts?: string;
}

/** Version of Node in workflows: the newest release with long-term support. */
const workflowNode = 24;

const gitignore = `node_modules/
# Pulumi's state, its passphrase and saved plans. Back up this folder: the state cannot be read without the passphrase.
.evenkeel/
`;

const project = `name: evenkeel
description: Benchmark servers
runtime:
  name: nodejs
  options:
    typescript: false
main: start.mjs
`;

const program = `// The Pulumi program, which \`npx evenkeel up\` and \`pulumi up\` start.
export const servers = import("evenkeel").then((evenkeel) => evenkeel.servers);
`;

/**
 * Returns the files of a repository for servers, by path.
 * @param example text of the example configuration.
 * @param configFile path of the configuration.
 * @param version of this package, which the repository pins.
 */
export function filesOf(example: string, configFile: string, values: FirstValues, version: string): Map<string, string> {
  return new Map([
    [configFile, configuration(example, values)],
    [".gitignore", gitignore],
    [".github/workflows/evenkeel.yml", workflow(configFile)],
    ["package.json", packageFile(version)],
    ["Pulumi.yaml", project],
    ["start.mjs", program],
  ]);
}

function configuration(example: string, values: FirstValues): string {
  const { host, address, hostKey, target, since, suite, results, knownHosts } = values;
  const given = {
    "hosts[0].name": host,
    "hosts[0].address": address,
    "hosts[0].hostKey": hostKey,
    "target.name": target && nameOf(target),
    "target.repository": target,
    "target.web": target && webOf(target),
    "target.since": since,
    "suite.repository": suite,
    "results.repository": results,
    "git.knownHosts[0]": knownHosts,
  };
  const decided = Object.entries(given).flatMap(([path, value]) => (value === undefined ? [] : [[path, value]]));
  return fillIn(example.replaceAll(/npm run (\w+)/g, "npx evenkeel $1"), Object.fromEntries(decided));
}

/** Returns the last part of a repository's URL. */
function nameOf(url: string): string {
  return /([^/:]+?)(\.git)?\/*$/.exec(url)?.[1] ?? url;
}

/** Returns the web address of a repository, for servers that use the path of its URL, as most do. */
function webOf(url: string): string {
  return url.replace(/^(?:ssh:\/\/)?(?:[^@/]+@)([^:/]+)(?::\d+)?[:/]/, "https://$1/").replace(/(\.git)?\/*$/, "");
}

function packageFile(version: string): string {
  return `${JSON.stringify({ private: true, type: "module", dependencies: { evenkeel: version } }, null, 2)}\n`;
}

function workflow(configFile: string): string {
  return `# Shows the effects of each pull request on the servers and on the timeline.
#
# Without secrets it checks and shows the configuration. With these secrets it also inspects the hosts, and changes nothing on them.
# Put the secrets into an environment named "evenkeel", whose reviewers read a pull request before it gets them:
#   PULUMI_BACKEND_URL          location of the state, such as s3://BUCKET
#   PULUMI_CONFIG_PASSPHRASE    passphrase of the state
#   EVENKEEL_SSH_KEY            private key that may log in to the hosts
name: evenkeel
on: pull_request

permissions:
  contents: read

jobs:
  plan:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    environment: evenkeel
    steps:
      - uses: actions/checkout@v6.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@v6.1.0
        with:
          node-version: ${workflowNode}
      - run: npm ci
      - run: npx evenkeel setup
      - name: Plan
        env:
          PULUMI_BACKEND_URL: \${{ secrets.PULUMI_BACKEND_URL }}
          PULUMI_CONFIG_PASSPHRASE: \${{ secrets.PULUMI_CONFIG_PASSPHRASE }}
          EVENKEEL_SSH_KEY: \${{ secrets.EVENKEEL_SSH_KEY }}
        run: |
          offline=--offline
          if [ -n "$EVENKEEL_SSH_KEY" ]; then
            eval "$(ssh-agent)"
            ssh-add - <<<"$EVENKEEL_SSH_KEY"
            offline=
          fi
          unset EVENKEEL_SSH_KEY
          code=0
          npx evenkeel plan ${configFile} $offline --out plan.md || code=$?
          if [ -f plan.md ]; then cat plan.md >>"$GITHUB_STEP_SUMMARY"; fi
          # 3: there are changes.
          [ "$code" = 3 ] || exit "$code"
`;
}
