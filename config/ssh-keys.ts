import { createHmac } from "node:crypto";
import { quote, type Mistake } from "./mistake.ts";

const keyTypes = [
  "ssh-ed25519",
  "sk-ssh-ed25519@openssh.com",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "ssh-rsa",
];
const ed25519Bytes = 32;
const askForKey = "write the ed25519 key that this prints: ssh-keyscan -t ed25519 HOST";

/** Checks the public key of a host: `ssh-ed25519 <base64>`, including its 32 decoded bytes. */
export function hostKeyMistake(text: string): Mistake | undefined {
  const words = text.trim().split(/\s+/);
  const start = words.indexOf("ssh-ed25519");
  const [type = "", key = ""] = words;
  if (start === -1) {
    const other = words.find((word) => keyTypes.includes(word));
    return {
      message: other === undefined ? `${quote(text)} is not an ed25519 host key` : `the key has type ${other}, but must be ssh-ed25519`,
      hint: askForKey,
    };
  }
  if (key !== "" && text !== `${type} ${key}`) {
    return { message: "the value has more than a type and a key", hint: `write ssh-ed25519 ${words[start + 1] ?? "AAAA…"}` };
  }
  return keyMistake(type, key);
}

/** Checks a public key in the format of `ssh-add -L`: type, key and an optional comment. */
export function publicKeyMistake(text: string): Mistake | undefined {
  const form = "write one line of `ssh-add -L`: TYPE KEY [COMMENT]";
  if (/[\r\n]/.test(text)) return { message: "the value has more than one line", hint: form };
  const [type = "", key = ""] = text.trim().split(/\s+/);
  if (!keyTypes.includes(type)) return { message: `${quote(text)} is not a valid public key`, hint: form };
  return keyMistake(type, key, form);
}

/** Checks one line of a known_hosts file: host names (plain or hashed), type, key and an optional comment. */
export function knownHostsMistake(line: string): Mistake | undefined {
  const form = "write a line as ssh-keyscan -t ed25519 HOST prints it: HOST ssh-ed25519 AAAA…";
  if (/[\r\n]/.test(line)) return { message: "the value has more than one line", hint: "write one list item for each known_hosts line" };
  const [names = "", type = "", key = ""] = line.trim().split(/[ \t]+/);
  if (names.startsWith("#")) return { message: `${quote(line)} is a comment`, hint: form };
  if (names.startsWith("@")) return { message: `${quote(line)} begins with the unsupported marker ${names}`, hint: form };
  if (!keyTypes.includes(type))
    return { message: `${quote(line)} is not a valid known_hosts line: the second word must be a key type`, hint: form };
  return keyMistake(type, key);
}

/** Returns whether a known_hosts line names this host. As in ssh, a line without a port matches every port. */
export function namesHost(line: string, host: string, port = 22): boolean {
  const patterns =
    line
      .trim()
      .split(/[ \t]+/)[0]
      ?.split(",") ?? [];
  const spellings = port === 22 ? [host] : [`[${host}]:${port}`, host];
  return spellings.some((spelling) => {
    const hit = patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern, spelling));
    const excluded = patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), spelling));
    return hit && !excluded;
  });
}

/** Checks a fingerprint in the format of `ssh-keygen -lf`. */
export function fingerprintMistake(text: string): Mistake | undefined {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return undefined;
  return {
    message: `${quote(text)} is not a valid SHA256 fingerprint`,
    hint: "write SHA256:… with 43 characters, as ssh-keygen -lf FILE prints it",
  };
}

/** Decodes a key's wire format (RFC 4253, section 6.6): the name of the type and the parts of the key, each after its length. */
function keyMistake(
  type: string,
  base64: string,
  hint = "copy the whole key, or print it again: ssh-keyscan -t ed25519 HOST",
): Mistake | undefined {
  const damaged: Mistake = { message: `the ${type} key ${quote(base64)} is damaged or cut off`, hint };
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== base64.replace(/=+$/, "")) return damaged;

  const parts: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const end = offset + 4 <= bytes.length ? offset + 4 + bytes.readUInt32BE(offset) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) return damaged;
    parts.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  const [name, ...key] = parts;
  if (name?.toString("latin1") !== type || key.length === 0) return damaged;
  if (type === "ssh-ed25519" && (key.length !== 1 || key[0]?.length !== ed25519Bytes)) return damaged;
  return undefined;
}

function matches(pattern: string, host: string): boolean {
  const hashed = /^\|1\|(?<salt>[^|]+)\|(?<hash>[^|]+)$/.exec(pattern)?.groups;
  if (hashed) {
    const salt = Buffer.from(hashed["salt"] ?? "", "base64");
    return createHmac("sha1", salt).update(host).digest("base64") === hashed["hash"];
  }
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "i").test(host);
}
