import { isIP } from "node:net";
import { quote, type Mistake } from "./mistake.ts";

/** Repository that git reaches over the network. `port` is undefined if it is the default port of the transport. */
export interface RepositoryUrl {
  transport: "https" | "ssh";
  user?: string;
  host: string;
  port?: number;
  path: string;
}

const anyForm = "write https://HOST/PATH, ssh://git@HOST/PATH or git@HOST:PATH";
const pathPattern = /^[\w~+@%=:,./-]+$/;

/** Parses the three accepted forms: `https://host/path`, `ssh://user@host[:port]/path`, `user@host:path`. */
export function readRepositoryUrl(url: string): RepositoryUrl | Mistake {
  if (url === "") return { message: "is empty", hint: anyForm };
  if (/\s/.test(url)) return { message: `${quote(url)} contains blanks`, hint: "write the URL without blanks" };
  if (url.startsWith("-")) return { message: `${quote(url)} begins with "-": git would read it as an option`, hint: anyForm };
  if (/^\w+::/.test(url)) return { message: `${quote(url)} needs a remote helper of git, which is not supported`, hint: anyForm };

  const scheme = /^(?<scheme>[A-Za-z][\w+.-]*):\/\/(?<rest>.*)$/.exec(url)?.groups;
  if (!scheme) return readScpForm(url);
  const rest = scheme["rest"] ?? "";
  switch (scheme["scheme"]) {
    case "https":
      return readHttps(url, rest);
    case "ssh":
      return readSsh(url, rest);
    case "http":
    case "git":
      return { message: `${quote(url)} is not encrypted`, hint: `write https://${rest}` };
    case "file":
      return { message: `${quote(url)} is a path: the host cannot reach this machine's files`, hint: anyForm };
    default:
      return { message: `${quote(url)} uses the unsupported scheme ${scheme["scheme"]}://`, hint: anyForm };
  }
}

/** Returns the mistake in a repository's URL, or undefined. */
export function repositoryMistake(url: string): Mistake | undefined {
  const read = readRepositoryUrl(url);
  return "message" in read ? read : undefined;
}

/** Returns the mistake in the name or IP address of a host, or undefined. */
export function addressMistake(address: string): Mistake | undefined {
  const labels = address.split(".");
  const isName = address.length <= 253 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  const looksLikeIPv4 = labels.every((label) => /^[0-9]+$/.test(label));
  if (isIP(address) !== 0 || (isName && !looksLikeIPv4)) return undefined;
  return {
    message: `${quote(address)} is neither a host name nor an IP address`,
    hint: "write a name such as bench.example.org, or an address such as 203.0.113.10",
  };
}

function readHttps(url: string, rest: string): RepositoryUrl | Mistake {
  const { authority, path } = splitAtSlash(rest);
  if (authority.includes("@")) {
    return {
      message: "the URL contains a login, which every reader of this file would see",
      hint: "write git@HOST:PATH and give the host's deploy key access",
    };
  }
  return checked(url, { transport: "https", ...hostAndPort(authority), path: path.slice(1) });
}

function readSsh(url: string, rest: string): RepositoryUrl | Mistake {
  const { authority, path } = splitAtSlash(rest);
  const at = authority.lastIndexOf("@");
  if (at < 1) return { message: `${quote(url)} has no user`, hint: `write ssh://git@${rest.slice(at + 1)}` };
  const user = authority.slice(0, at);
  const address = hostAndPort(authority.slice(at + 1));
  if (address.port !== undefined && Number.isNaN(address.port)) {
    return {
      message: `${quote(url)} has no port number after the host's colon`,
      hint: `write ssh://${user}@${address.host}/PATH, or ${user}@${address.host}:PATH`,
    };
  }
  return checked(url, { transport: "ssh", user, ...address, path });
}

function readScpForm(url: string): RepositoryUrl | Mistake {
  const parts = /^(?<user>[^@:/]+)@(?<host>[^:/]+):(?<path>.*)$/.exec(url)?.groups;
  if (parts) return checked(url, { transport: "ssh", user: parts["user"] ?? "", host: parts["host"] ?? "", path: parts["path"] ?? "" });

  const slashed = /^(?<login>[^@:/]+@[^:/]+)\/(?<path>.+)$/.exec(url)?.groups;
  if (slashed) return { message: `${quote(url)} has no colon after the host`, hint: `write ${slashed["login"]}:${slashed["path"]}` };
  const bare = /^(?<host>[\w-]+(\.[\w-]+)+)[:/](?<path>.+)$/.exec(url)?.groups;
  if (bare)
    return {
      message: `${quote(url)} has no transport`,
      hint: `write https://${bare["host"]}/${bare["path"]} or git@${bare["host"]}:${bare["path"]}`,
    };
  if (/^[\w.-]+@[\w.-]+$/.test(url)) return { message: `${quote(url)} has no path`, hint: `write ${url}:OWNER/NAME.git` };
  return { message: `${quote(url)} is a path: the host cannot reach this machine's files`, hint: anyForm };
}

function checked(url: string, repository: RepositoryUrl): RepositoryUrl | Mistake {
  const { user, host, port, path } = repository;
  if (addressMistake(host.replace(/^\[(.*)\]$/, "$1"))) return { message: `${quote(url)} has an invalid host`, hint: anyForm };
  if (user !== undefined && !/^[\w][\w.-]*$/.test(user)) return { message: `${quote(url)} has an invalid user`, hint: anyForm };
  if (port !== undefined && !(port >= 1 && port <= 65535)) return { message: `${quote(url)} has a port outside 1 to 65535`, hint: anyForm };
  if (path.replace(/\//g, "") === "")
    return { message: `${quote(url)} has no path`, hint: `write ${url.replace(/\/*$/, "")}${url.endsWith(":") ? "" : "/"}OWNER/NAME.git` };
  if (path.startsWith("-")) return { message: `${quote(url)} has a path that begins with "-"`, hint: anyForm };
  if (!pathPattern.test(path))
    return {
      message: `${quote(url)} has invalid characters in its path`,
      hint: "write letters, digits and . _ ~ + - / only",
    };
  return repository;
}

function splitAtSlash(rest: string): { authority: string; path: string } {
  const slash = rest.indexOf("/");
  return slash === -1 ? { authority: rest, path: "" } : { authority: rest.slice(0, slash), path: rest.slice(slash) };
}

/** Splits `HOST[:PORT]`. `port` is NaN if the text after the colon is not a number. */
function hostAndPort(authority: string): { host: string; port?: number } {
  const colon = /:[^\]]*$/.exec(authority);
  if (!colon) return { host: authority };
  const digits = colon[0].slice(1);
  return { host: authority.slice(0, colon.index), port: /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN };
}
