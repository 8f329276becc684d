import { commandLine } from "../../config/command-line.ts";
import { byName } from "../../config/by-name.ts";
import { shortly } from "./failure.ts";
import { unseen, type Difference } from "./difference.ts";
import { readMarker } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";

/** Returns the differences of one resource; one difference "unknown" if the check itself fails. */
export async function checkOne(name: string, typeName: string, spec: unknown): Promise<Difference[]> {
  const type = resourceTypes.get(typeName);
  if (!type)
    return [
      {
        what: name,
        is: `of type ${typeName}, unknown to this program`,
        shouldBe: "known",
        hint: `run \`${commandLine("up")}\`: it installs the program that matches the declaration`,
      },
    ];
  try {
    const observed = (await readMarker(name))?.observed ?? byName();
    return await type.check(spec, { observed, log: () => undefined });
  } catch (error) {
    return [unseen(shortly(error))];
  }
}
