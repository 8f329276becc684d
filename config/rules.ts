import { quote, type Mistake, type Rule } from "./mistake.ts";

/** Rules for single values. Each invalid value gets a message and a hint. */

export const hostName = form(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "is not a valid host name",
  (value) =>
    `write 1 to 63 lower-case letters, digits and "-"${suggestion(
      value
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, ""),
    )}`,
);

export const loginName = form(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  "is not a valid Linux user name",
  () => 'write at most 32 lower-case letters, digits, "_" and "-", beginning with a letter',
);

/** Account that owns the deploy key and the clones: never root. */
export const accountName: Rule = (value) =>
  value === "root"
    ? { message: "the account must not be root", hint: "write another name, such as benchmark: the account is created if it is missing" }
    : loginName(value);

// A trailing "-" would make apt remove the package.
export const packageName = form(/^[a-z0-9][a-z0-9.+-]*[a-z0-9.+]$/, "is not a valid package name", (value) =>
  value.includes("=") || value.includes("/")
    ? `write ${value.split(/[=/]/)[0]}: the installed version is held`
    : 'write lower-case letters, digits, "+", "-" and ".", at least two',
);

const version = String.raw`([0-9]+!)?[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?`;
export const requirement = form(
  new RegExp(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?==${version}$`),
  "is not pinned to one version",
  (value) => `write ${/^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(value)?.[0] ?? "name"}==VERSION; list the versions: pip index versions NAME`,
);

export const pythonVersion = form(
  /^3(\.(0|[1-9][0-9]?)){1,2}$/,
  "is not a Python version X.Y or X.Y.Z",
  (value) => `write "${/^3\.[0-9]+/.exec(value)?.[0] ?? "3.13"}": two or three numbers, in quotes`,
);

/** Source of a file for a host: a URL or a path. Previews and Pulumi's state show it, so it must not contain a password. */
export const sourceAddress = form(
  /^(https?:\/\/[^\s/?#@]+\/[^\s?#]+|\/[^\s]*[^\s/])$/,
  "is neither a URL nor an absolute path",
  () => "write https://HOST/PATH without a login, or the path of a file on the host",
);

export const sha256 = form(
  /^[0-9a-f]{64}$/,
  "is not a SHA-256 hash",
  () => "write the 64 lower-case hexadecimal digits that `sha256sum FILE` prints, after comparing them with the publisher's",
);

/** One argument of a configure script: an option, or a variable with its value. Lower-case names are Autoconf's cache variables. */
export const configureFlag = form(
  /^(--(?!prefix|exec-prefix)[a-z][\w-]*(=[^'\n\r]*)?|([A-Z][A-Z0-9_]*|[a-z]\w*_cv_\w+)=[^'\n\r]*)$/,
  "is not a valid option of configure",
  () => "write one option per item, such as --enable-shared or CC=clang-19",
);

/** Arguments of Python that make passes to a shell. */
export const profileTask = form(
  /^-[^'"`$\\#;|&<>\n\r]+$/,
  "is not a valid profile task",
  () => "write arguments of Python, such as -m test --pgo --timeout=1200",
);

export const osRelease = form(
  /^[1-9][0-9]*(\.[0-9]{2})?$/,
  "is not a release of Debian or Ubuntu",
  () => 'write the VERSION_ID in /etc/os-release, in quotes, such as "13" or "24.04"',
);

export const email = form(/^[^\s<>@]+@[^\s<>@]+$/, "is not a valid email address", () => "write an address such as benchmark@example.org");

export const personName = form(
  /^[^<>\n\r]*[^<>\n\r\s.,:;"'][^<>\n\r]*$/,
  "is not a valid author name for git",
  () => 'write a name without "<" and ">", on one line',
);

/** Name of a commit, tag or branch, without the operators of `git rev-parse`. */
export const revisionName: Rule = (value) =>
  isReference(value)
    ? undefined
    : { message: `${quote(value)} is not a valid revision`, hint: "write a tag such as v1.0, or a commit's 40 digits" };

export const branchName: Rule = (value) =>
  isReference(value) ? undefined : { message: `${quote(value)} is not a valid branch name`, hint: "write a name such as main" };

/** Path inside a repository. */
export const relativePath: Rule = (value) => {
  const isInside = value !== "" && !/^[/:-]|[\r\n]/.test(value) && !value.split("/").includes("..");
  return isInside
    ? undefined
    : {
        message: `${quote(value)} is not a path inside the repository`,
        hint: "write a path from the repository's root, such as src/compiler",
      };
};

export const webAddress = form(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, "is not a valid web address", () => "write https://HOST/PATH");

export const gitHubRepository = form(/^[\w.-]+\/[\w.-]+$/, "is not a repository on GitHub", () => "write OWNER/NAME");

export const benchmarkName = form(
  /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  "is not a valid benchmark name",
  () => 'write letters, digits, "_", "." and "-": the name is also the name of a page',
);

export const benchmarkPattern = form(
  /^[A-Za-z0-9_*?][A-Za-z0-9_.*?-]*$/,
  "is not a valid benchmark name or pattern",
  () => 'write a name, or a pattern such as mypy_*: letters, digits, "_", ".", "-", "*" (any characters) and "?" (one)',
);

export const compilerCommand = form(
  /^[\w/][\w/.+-]*$/,
  "is not a valid compiler",
  () => "write one command without options, such as cc or clang-19",
);

export const filledIn: Rule = (value) =>
  value.trim() === "" ? { message: "is empty", hint: "write a value or remove the line" } : undefined;

export const line = form(/^[^\p{Cc}]*[^\s\p{Cc}][^\p{Cc}]*$/u, "is not a line of text", () => "write one line or remove the setting");

export const shortHash = form(
  /^[0-9a-f]{8}$/,
  "is not a valid hash of host facts",
  () => "write the 8 digits that `evenkeel doctor` prints, in quotes",
);

function form(pattern: RegExp, wrong: string, hint: (value: string) => string): Rule {
  return (value): Mistake | undefined => (pattern.test(value) ? undefined : { message: `${quote(value)} ${wrong}`, hint: hint(value) });
}

function suggestion(value: string): string {
  return value === "" ? "" : `, such as ${value.slice(0, 63)}`;
}

/** Checks the rules of git check-ref-format that a name in a configuration can break. */
function isReference(name: string): boolean {
  const parts = name.split("/");
  return (
    !/[\s~^:?*[\\\p{Cc}]|\.\.|@\{/u.test(name) &&
    !name.startsWith("-") &&
    !name.endsWith(".") &&
    name !== "@" &&
    parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"))
  );
}
