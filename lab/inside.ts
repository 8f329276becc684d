import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "./host.ts";

/** A process of a lab host, with its id as this machine counts. */
export interface InsideProcess {
  pid: number;
  /** Its id as the host itself counts. */
  inner: number;
  parent: number;
  uid: number;
  /** Its arguments, with blanks between. */
  command: string;
}

/**
 * A running lab host as the machine below sees it: every file and process, without logging in, so that a moment can be caught to the
 * millisecond.
 */
export class Inside {
  readonly #root: string;
  readonly #init: number;
  readonly #namespace: string;

  /** @throws Error for a host that does not run. */
  constructor(host: Host) {
    const root = statSync(join(host.root, "etc/hostname"));
    const init = pidsOfMachine().find((pid) => innerPid(pid) === 1 && isRoot(pid, root));
    if (init === undefined) throw new Error(`${host.name} does not run`);
    this.#root = host.root;
    this.#init = init;
    this.#namespace = readlinkSync(`/proc/${init}/ns/pid`);
  }

  /** Where a path of the host lies on this machine, what is mounted there included. */
  path(path: string): string {
    return `/proc/${this.#init}/root${path}`;
  }

  /** The same below the host's root file system, for programs that need to know where they are: without what is mounted. */
  pathOnDisk(path: string): string {
    return join(this.#root, path);
  }

  /** Every process there is. */
  processes(): InsideProcess[] {
    return pidsOfMachine()
      .filter((pid) => namespaceOf(pid) === this.#namespace)
      .flatMap((pid) => describe(pid) ?? []);
  }

  /** The process that the host knows by this id. */
  find(inner: number): InsideProcess | undefined {
    return this.processes().find((one) => one.inner === inner);
  }

  /** What a process started, and what those started. */
  descendants(pid: number): InsideProcess[] {
    const children = childrenByParent();
    const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
    return below(pid).flatMap((one) => describe(one) ?? []);
  }

  /** Whether a process is alive; one that nobody has buried yet is not. */
  isAlive(pid: number): boolean {
    return /^\d+ \(.*\) [^ZX]/s.test(textOf(`/proc/${pid}/stat`));
  }

  /** Mounts of the host, a line each, without their numbers. */
  mounts(): string[] {
    return textOf(`/proc/${this.#init}/mounts`).trimEnd().split("\n");
  }
}

function pidsOfMachine(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** One reading of the whole table: not every kernel lists a process's children. */
function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of pidsOfMachine()) {
    const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(textOf(`/proc/${pid}/stat`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** undefined for a process that is gone, or dead and not yet buried. */
function describe(pid: number): InsideProcess | undefined {
  const status = textOf(`/proc/${pid}/status`);
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? Number.NaN);
  const inner = innerPid(pid);
  if (inner === undefined || /^State:\s+[ZX]/m.test(status)) return undefined;
  const command = textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
  return { pid, inner, parent: field("PPid"), uid: field("Uid"), command };
}

function innerPid(pid: number): number | undefined {
  const numbers = /^NSpid:\s+(.*)$/m.exec(textOf(`/proc/${pid}/status`))?.[1]?.split(/\s+/);
  const last = numbers?.[numbers.length - 1];
  return last === undefined ? undefined : Number(last);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

function isRoot(pid: number, { dev, ino }: { dev: number; ino: number }): boolean {
  try {
    const there = statSync(`/proc/${pid}/root/etc/hostname`);
    return there.dev === dev && there.ino === ino;
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
