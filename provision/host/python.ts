import { z } from "zod";
import { UserError } from "../../config/user-error.ts";
import { asRoot } from "../../runner/host/command.ts";
import type { Kind } from "./kind.ts";

const spec = z.strictObject({
  /** Wanted `X.Y`. */
  version: z.string(),
  source: z.literal("distribution"),
  /** The interpreter that must have it. */
  interpreter: z.string(),
});
type Spec = z.infer<typeof spec>;

/** The interpreter everything is measured with. */
export const python: Kind<Spec> = {
  spec,
  async check(wanted) {
    const is = await versionOf(wanted.interpreter);
    if (satisfies(is, wanted.version)) return [];
    return [{ what: wanted.interpreter, is: is ?? "missing", shouldBe: wanted.version }];
  },
  async apply(wanted) {
    const is = await versionOf(wanted.interpreter);
    if (satisfies(is, wanted.version)) return;
    throw new UserError(
      `python.version is ${wanted.version}, this distribution has ${is ?? "no Python"}`,
      is
        ? `write version: "${is.split(".").slice(0, 2).join(".")}", or choose an OS release that has Python ${wanted.version}`
        : "add python3 to `packages:`",
    );
  },
  async observe(wanted) {
    return { version: (await versionOf(wanted.interpreter)) ?? "" };
  },
};

async function versionOf(interpreter: string): Promise<string | undefined> {
  const asked = await asRoot({ nothrow: true })`${interpreter} -I -c 'import platform; print(platform.python_version())'`;
  return asked.exitCode === 0 ? asked.stdout.trim() : undefined;
}

function satisfies(is: string | undefined, wanted: string): boolean {
  return is !== undefined && (is === wanted || is.startsWith(`${wanted}.`));
}
