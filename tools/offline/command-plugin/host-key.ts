import type { ServerHostKeyAlgorithm } from "ssh2";

export interface HostKey {
  /** Key as the server sends it. */
  blob: Buffer;
  /** Signature algorithms of servers for this type of key. */
  algorithms: ServerHostKeyAlgorithm[];
}

const algorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
};

/** Parses a key in the format of authorized_keys, "type base64 comment". @throws Error if it is invalid. */
export function parseHostKey(line: string): HostKey {
  const [type = "", base64 = ""] = line.trim().split(/\s+/);
  const known = algorithms[type];
  const blob = Buffer.from(base64, "base64");
  if (known === undefined || !blob.includes(type)) {
    throw new Error(`ssh: no key found in hostKey: expected "ssh-ed25519 AAAA…", got ${JSON.stringify(line)}`);
  }
  return { blob, algorithms: known };
}
