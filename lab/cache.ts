import { homedir } from "node:os";
import { join } from "node:path";

/** Where the lab keeps what is slow to make or must outlive the process that made it; never inside the checkout. */
export const cacheFolder = process.env["EVENKEEL_CACHE"] ?? join(homedir(), ".cache", "evenkeel");

const lab = join(cacheFolder, "lab");

export const labPaths = {
  lab,
  /** Bare root file systems of the releases. */
  images: join(lab, "images"),
  /** File systems of prepared hosts that others start from, without the layers below. */
  snapshots: join(lab, "snapshots"),
  /** One folder a host: its tree, its state, its log. */
  hosts: join(lab, "hosts"),
  /** The key that opens every lab host; its private half never leaves this folder. */
  key: join(lab, "key"),
  publicKey: join(lab, "key.pub"),
  agentSocket: join(lab, "agent.sock"),
  /** Source distributions of the target, and the venv that fetches them. */
  sources: join(lab, "sources"),
  /** Pythons that hosts have built, as tar archives. */
  pythons: join(lab, "pythons"),
} as const;
