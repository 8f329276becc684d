import { fillIn } from "../../config/fill-in.ts";

/** Values of the examples that a new repository is most often begun with. */
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

/** Node that workflows install: the newest release with long-term support. */
const workflowNode = 24;

const gitignore = `node_modules/
# Pulumi's state, its passphrase and saved plans. Back the folder up: the state cannot be read without the passphrase.
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
 * Files of a repository that has servers, by path.
 * @param example text of the configuration to begin with.
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

/** The last part of a repository's URL. */
function nameOf(url: string): string {
  return /([^/:]+?)(\.git)?\/*$/.exec(url)?.[1] ?? url;
}

/** Web address of a repository, on servers that use the path of its URL, as most do. */
function webOf(url: string): string {
  return url.replace(/^(?:ssh:\/\/)?(?:[^@/]+@)([^:/]+)(?::\d+)?[:/]/, "https://$1/").replace(/(\.git)?\/*$/, "");
}

function packageFile(version: string): string {
  return `${JSON.stringify({ private: true, type: "module", dependencies: { evenkeel: version } }, null, 2)}\n`;
}

function workflow(configFile: string): string {
  return `# Shows on each pull request what it would change on the servers, and what that means for the timeline.
#
# Without secrets the configuration is checked and shown. With these, in an environment named "evenkeel" whose reviewers look at
# a pull request before it gets them, the hosts are looked at, and nothing on them is changed:
#   PULUMI_BACKEND_URL          where the state is, such as s3://BUCKET
#   PULUMI_CONFIG_PASSPHRASE    its passphrase
#   EVENKEEL_SSH_KEY            a private key that may log in to the hosts
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
