import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { git, type Clone } from "../../runner/system/git.ts";
import { accountOf, type Account } from "../../runner/system/account.ts";

/** Real repositories in a folder of their own, owned by an account that is not root where tests run as root. */
export class Repositories {
  readonly folder: string;
  readonly account: Account;

  private constructor(folder: string, account: Account) {
    this.folder = folder;
    this.account = account;
  }

  static async make(accountName = userInfo().uid === 0 ? "nobody" : userInfo().username): Promise<Repositories> {
    const account = await accountOf(accountName);
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-git-"));
    await chown(folder, account.uid, account.gid);
    return new Repositories(folder, account);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** An empty bare repository. */
  async bare(name: string): Promise<Clone> {
    await git(this.at(""), ["init", "--quiet", "--bare", "--initial-branch=main", name]);
    return this.at(name);
  }

  async clone(remote: string, name: string): Promise<Clone> {
    await git(this.at(""), ["clone", "--quiet", remote, name]);
    return this.at(name);
  }

  at(name: string): Clone {
    return { root: join(this.folder, name), account: this.account };
  }
}

export interface NewCommit {
  /** Text by path, in place of what the first parent has there. */
  files?: Record<string, string>;
  message?: string;
  date?: string;
  /** First parent; by default the commit before in the list, or none. */
  from?: string;
  merge?: string;
}

/** Make commits and point main at the last; returns their ids. One process, so that tests of git stay quick. */
export async function commits(clone: Clone, list: readonly NewCommit[]): Promise<string[]> {
  const stream = list.map(({ files = {}, message = "change", date = "2026-11-01T12:00:00+02:00", from, merge }, index) => {
    const parent = from ?? (index > 0 ? `:${index}` : undefined);
    return [
      "reset refs/heads/main",
      "",
      "commit refs/heads/main",
      `mark :${index + 1}`,
      `committer Ada <ada@example.org> ${Date.parse(date) / 1000} +0200`,
      data(message),
      ...(parent ? [`from ${parent}`] : []),
      ...(merge ? [`merge ${merge}`] : []),
      ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
      "",
      `get-mark :${index + 1}`,
      "",
    ].join("\n");
  });
  return (await git(clone, ["fast-import", "--quiet", "--force"], { input: stream.join("") })).trim().split("\n");
}

export async function commit(clone: Clone, what: NewCommit): Promise<string> {
  const [id] = await commits(clone, [what]);
  if (id === undefined) throw new Error("no commit was made");
  return id;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
