import { commandLine } from "../../config/command-line.ts";
import { paths } from "../../config/paths.ts";
import { mending } from "../../runner/resources/os/commands.ts";

/** Oldest supported release of each distribution, as the first number of its VERSION_ID. */
const oldestReleases = { debian: 12, ubuntu: 24 };
export const neededSystem = "Evenkeel needs Ubuntu 24.04 or later, or Debian 12 or later";

export function isSupported(id: string, versionId: string): boolean {
  const oldest = Object.entries(oldestReleases).find(([name]) => name === id)?.[1];
  return oldest !== undefined && Number(versionId.split(".")[0]) >= oldest;
}

/** Maximum time to wait for apt, and the interval between two tries. Seconds. */
const aptSeconds = 600;
const pauseSeconds = 5;

/**
 * Returns the script of the first step on a host, in plain sh, as the host program cannot run without Node. It checks the distribution,
 * installs its Node and creates a folder for the bundle. It reads its token from standard input and stores it with the markers.
 */
export function nodeScript(prefix: string): string {
  return `set -eu
umask 022
token=$(cat)
. /etc/os-release
major=\${VERSION_ID:-0}
major=\${major%%.*}
case "$ID" in
${Object.entries(oldestReleases)
  .map(([id, oldest]) => `  ${id}) oldest=${oldest} ;;`)
  .join("\n")}
  *) oldest= ;;
esac
if [ -z "$oldest" ] || [ "$major" -lt "$oldest" ]; then
  echo "error: this host runs $PRETTY_NAME; ${neededSystem}" >&2
  echo "hint: reinstall the host or declare another one; nothing was changed" >&2
  exit 1
fi
patiently() {
  waited=0
  until output=$(${prefix}env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null 2>&1); do
    case "$output" in
      *"Could not get lock"* | *"locked by another process"*)
        if [ $waited -lt ${aptSeconds} ]; then
          [ $((waited % 30)) -ne 0 ] || echo "waiting for apt: $(echo "$output" | grep -m 1 lock); giving up in $((${aptSeconds} - waited)) s" >&2
          sleep ${pauseSeconds}
          waited=$((waited + ${pauseSeconds}))
          continue
        fi ;;
    esac
    echo "error: $* failed:" >&2
    echo "$output" | tail -n 15 >&2
    echo "hint: fix this on the host, then run ${commandLine("up")} again" >&2
    exit 1
  done
}
mkdir -p "$HOME/.cache/evenkeel"
if ! node --version >/dev/null 2>&1; then
  echo "installing Node from the distribution"
  patiently sh -c '${["set -e", ...mending(0)].join("\n")}'
  patiently apt-get -qq install -y --no-install-recommends nodejs
fi
node -e 'if (Number(process.versions.node.split(".")[0]) < 18) { console.error("error: Node " + process.versions.node + " is too old; Evenkeel needs 18 (on Ubuntu: enable universe)"); process.exit(1); }'
${prefix}mkdir -p ${paths.markers}
printf '%s' "$token" | ${prefix}tee ${paths.nodeToken} >/dev/null
node --version`;
}
