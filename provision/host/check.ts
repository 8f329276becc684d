import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { lockHolder } from "../../runner/host/lock.ts";
import { readDeclaration } from "./declaration.ts";
import { shortly } from "./failure.ts";
import { hashOf, readMarker, type Finding } from "./kind.ts";
import { kinds } from "./kinds.ts";

const specsSchema = z.array(z.object({ name: z.string(), kind: z.string(), spec: z.unknown() }));
type SpecToCheck = z.infer<typeof specsSchema>[number];

/** `evenkeel check`: specs as JSON in, one line of JSON out. */
export async function checkCommand(specs: string): Promise<void> {
  console.log(JSON.stringify(await probeHere(specsSchema.parse(JSON.parse(specs)))));
}

/** What the admin's program wants to know of this host, read in one go and without writing anything. */
async function probeHere(specs: readonly SpecToCheck[]): Promise<Record<string, unknown>> {
  const holder = await lockHolder();
  const resources = await Promise.all(
    specs.map(async ({ name, kind, spec }) => {
      const marker = await readMarker(name);
      // A running measurement must not be disturbed by dozens of processes.
      const findings = holder && marker ? [] : await checkOne(name, kind, spec);
      return [name, { findings, ...(marker && { marker: { specHash: hashOf(marker.spec), token: marker.token } }) }];
    }),
  );
  const declarationMarker = await readMarker("declaration");
  return {
    instance: await instanceOf(),
    nodeToken: (await read(paths.nodeToken)) || undefined,
    measuring: holder?.command,
    declared: (await readDeclaration())?.resources,
    declarationMarker: declarationMarker && { specHash: hashOf(declarationMarker.spec), token: declarationMarker.token },
    resources: Object.fromEntries(resources),
  };
}

/** The findings of one resource; a check that cannot even run is a finding too. */
export async function checkOne(name: string, kindName: string, spec: unknown): Promise<Finding[]> {
  const kind = kinds.get(kindName);
  if (!kind)
    return [
      {
        what: name,
        is: `of kind ${kindName}, unknown to this program`,
        shouldBe: "known",
        hint: "run `pulumi up`: it brings the program that belongs to the declaration",
      },
    ];
  try {
    const observed = (await readMarker(name))?.observed ?? {};
    return await kind.check(spec, { observed, say: () => undefined });
  } catch (error) {
    return [{ what: "state", is: `unknown: ${shortly(error)}`, shouldBe: "known" }];
  }
}

/**
 * Which installation this is. Before its random id is written, or after it was lost: this boot, and when /opt last changed.
 * A host that was reset to an earlier image is then never taken for the one that was applied.
 */
async function instanceOf(): Promise<string> {
  const machine = await read("/etc/machine-id");
  const random = await read(paths.instance);
  if (random !== "") return `${machine} ${random}`;
  const changed = await stat(dirname(paths.opt), { bigint: true }).then(
    ({ mtimeNs }) => String(mtimeNs),
    () => "",
  );
  return `${machine} ${await read("/proc/sys/kernel/random/boot_id")} ${changed}`;
}

async function read(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}
