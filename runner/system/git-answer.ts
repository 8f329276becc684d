import { inOneLine, withoutControls } from "../text/plain-text.ts";

/** Output of a git command that failed. `stdout` counts only for a push with `--porcelain`, which names refused refs there. */
interface Output {
  stdout?: string;
  stderr: string;
}

/** Lines of a server, and characters of all of a reason, that are shown. */
const mostLines = 3;
const mostCharacters = 400;

/** Lines of a server that never are the reason: frames, ids of requests, progress, links, invitations. */
const noise = [
  /^[^\p{L}]*$/u,
  /^(error:\s*)?(trace|request|correlation)([ -]?id)?\s*[:=]/i,
  /^[A-Z][a-z]+ [a-z]+.*(\d%|\(\d+\/\d+\)|, done\.?$)/,
  /^\W*(error:\s*)?(see\s+)?https?:\S+( for more information\.?)?$/i,
  /(pull|merge) request for |by visiting:?$/i,
];
/** Lines that a server marks as errors, and the points of a list below one. */
const marked = /^(error|fatal|denied|rejected|gl-hook-err)\s*:|^[-*•] /i;
const mark = /^(error|fatal|gl-hook-err)\s*:\s*/i;

/** Lines of git and ssh that tell why, and those of them that only say that it failed. */
const telling = /^(fatal|error|ssh|[\w.-]+@)|denied|refused|verification/i;
const general =
  /could not read from remote repository|failed to push some refs|remote end hung up|early EOF|index-pack failed|unpack failed|expected flush/i;

/**
 * Returns the reason why a git command failed, in one line: the errors of the server, those of git and ssh, and how a push was refused.
 * Banners, traces and lines that only say that it failed are left out.
 */
export function reasonIn({ stdout = "", stderr }: Output): string {
  const lines = withoutControls(stderr)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const own = lines.filter((line) => !line.startsWith("remote:"));
  const specific = own.find((line) => telling.test(line) && !general.test(line) && !refusedRef.test(line));
  const parts = [
    ...serverReasons(lines),
    ...(specific === undefined ? [] : [specific.replace(mark, "")]),
    ...refusals([...stdout.split("\n"), ...own]),
  ];
  const fallback = own.find((line) => telling.test(line)) ?? own[0] ?? "no reason was given";
  const reason = inOneLine([...new Set(parts.length > 0 ? parts : [fallback.replace(mark, "")])].join("; "));
  return reason.length <= mostCharacters ? reason : `${reason.slice(0, mostCharacters)}…`;
}

/** Words of the server, which git marks with `remote:`. */
function serverReasons(lines: readonly string[]): string[] {
  const said = lines
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim())
    .filter((line) => !noise.some((pattern) => pattern.test(line)));
  const errors = said.filter((line) => marked.test(line));
  return (errors.length > 0 ? errors : said).slice(0, mostLines).map((line) => line.replace(mark, ""));
}

/** A ref that was refused, as git prints it for people or, with tabs, for programs. */
const refusedRef = /^!\s.*(\[(?:remote )?rejected\]).*?(\([^)].*\))$/;

function refusals(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, how, why] = refusedRef.exec(line.trim()) ?? [];
    return how === undefined || why === undefined ? [] : [`${how} ${why}`];
  });
}

/** Lines of git, curl and ssh about a server that was not reached, or that failed. An answer 4xx other than "too many requests" is a server's word on the repository. */
const unreached = [
  /^fatal: unable to access '[^']*': (?!The requested URL returned error: 4(?!29))/m,
  /^fatal: unable to (connect to|look up) /m,
  /^ssh: (connect to host|could not resolve) /im,
  /^(error|fatal): (RPC failed|early EOF|the remote end hung up unexpectedly)/m,
];

/** Returns true where git failed because it did not reach a server. The words of servers do not count: git begins their lines with `remote:`. */
export function isUnreached({ stderr }: Pick<Output, "stderr">): boolean {
  return unreached.some((pattern) => pattern.test(stderr));
}
