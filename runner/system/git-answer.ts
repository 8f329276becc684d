import { inOneLine, withoutControls } from "../text/plain-text.ts";

/** Output of a failed git command. `stdout` matters only for a push with `--porcelain`, which prints refused refs there. */
interface Output {
  stdout?: string;
  stderr: string;
}

/** Most lines of a server, and most characters of a whole reason, that are shown. */
const mostLines = 3;
const mostCharacters = 400;

/** Lines of a server that are never the reason: frames, ids of requests, progress, links, invitations. */
const noise = [
  /^[^\p{L}]*$/u,
  /^(error:\s*)?(trace|request|correlation)([ -]?id)?\s*[:=]/i,
  /^[A-Z][a-z]+ [a-z]+.*(\d%|\(\d+\/\d+\)|, done\.?$)/,
  /^\W*(error:\s*)?(see\s+)?https?:\S+( for more information\.?)?$/i,
  /(pull|merge) request for |by visiting:?$/i,
];
/** Lines that a server marks as errors, and items of a list below one. */
const marked = /^(error|fatal|denied|rejected|gl-hook-err)\s*:|^[-*•] /i;
const mark = /^(error|fatal|gl-hook-err)\s*:\s*/i;

/** Lines of git and ssh with a reason, and those that report only the failure. */
const specificLine = /^(fatal|error|ssh|[\w.-]+@)|denied|refused|verification/i;
const general =
  /could not read from remote repository|failed to push some refs|remote end hung up|early EOF|index-pack failed|unpack failed|expected flush/i;

/**
 * Returns the reason of a failed git command in one line: errors of the server, errors of git and ssh, and the refusal of a push.
 * Omits banners, traces and lines that report only the failure.
 */
export function reasonIn({ stdout = "", stderr }: Output): string {
  const lines = withoutControls(stderr)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const own = lines.filter((line) => !line.startsWith("remote:"));
  const specific = own.find((line) => specificLine.test(line) && !general.test(line) && !refusedRef.test(line));
  const parts = [
    ...serverReasons(lines),
    ...(specific === undefined ? [] : [specific.replace(mark, "")]),
    ...refusals([...stdout.split("\n"), ...own]),
  ];
  const fallback = own.find((line) => specificLine.test(line)) ?? own[0] ?? "no reason was given";
  const reason = inOneLine([...new Set(parts.length > 0 ? parts : [fallback.replace(mark, "")])].join("; "));
  return reason.length <= mostCharacters ? reason : `${reason.slice(0, mostCharacters)}…`;
}

/** Returns the reasons among the server's lines, which git marks with `remote:`. */
function serverReasons(lines: readonly string[]): string[] {
  const server = lines
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim())
    .filter((line) => !noise.some((pattern) => pattern.test(line)));
  const errors = server.filter((line) => marked.test(line));
  return (errors.length > 0 ? errors : server).slice(0, mostLines).map((line) => line.replace(mark, ""));
}

/** Line of a refused ref, as git prints it for people or, with tabs, for programs. */
const refusedRef = /^!\s.*(\[(?:remote )?rejected\]).*?(\([^)].*\))$/;

function refusals(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, how, why] = refusedRef.exec(line.trim()) ?? [];
    return how === undefined || why === undefined ? [] : [`${how} ${why}`];
  });
}

/** Lines of git, curl and ssh about a server that was not reached or that failed. A status 4xx except 429 is an answer about the repository. */
const unreached = [
  /^fatal: unable to access '[^']*': (?!The requested URL returned error: 4(?!29))/m,
  /^fatal: unable to (connect to|look up) /m,
  /^ssh: (connect to host|could not resolve) /im,
  /^(error|fatal): (RPC failed|early EOF|the remote end hung up unexpectedly)/m,
];

/** Returns true if git failed because it did not reach a server. Text of servers is ignored: git begins their lines with `remote:`. */
export function isUnreached({ stderr }: Pick<Output, "stderr">): boolean {
  return unreached.some((pattern) => pattern.test(stderr));
}
