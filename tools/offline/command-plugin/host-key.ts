import type { ServerHostKeyAlgorithm } from "ssh2";

export interface HostKey {
  /** The key itself, as the server sends it. */
  blob: Buffer;
  /** The signature algorithms under which a server shows a key of this type. */
  algorithms: ServerHostKeyAlgorithm[];
}

const algorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
};

/** Reads a key as it stands in authorized_keys, "type base64 comment". Throws where it is none. */
export function parseHostKey(line: string): HostKey {
  const [type = "", base64 = ""] = line.trim().split(/\s+/);
  const known = algorithms[type];
  const blob = Buffer.from(base64, "base64");
  if (known === undefined || !blob.includes(type)) {
    throw new Error(`ssh: no key found in hostKey: expected "ssh-ed25519 AAAA…", got ${JSON.stringify(line)}`);
  }
  return { blob, algorithms: known };
}
