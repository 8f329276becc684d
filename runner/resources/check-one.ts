import { commandLine } from "../../config/command-line.ts";
import { byName } from "../../config/by-name.ts";
import { shortly } from "./failure.ts";
import { unseen, type Difference } from "./difference.ts";
import { readMarker } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";

/** The differences of one resource. */
export async function checkOne(name: string, typeName: string, spec: unknown): Promise<Difference[]> {
  const type = resourceTypes.get(typeName);
  if (!type)
    return [
      {
        what: name,
        is: `of type ${typeName}, unknown to this program`,
        shouldBe: "known",
        hint: `run \`${commandLine("up")}\`: it brings the program that belongs to the declaration`,
      },
    ];
  try {
    const observed = (await readMarker(name))?.observed ?? byName();
    return await type.check(spec, { observed, log: () => undefined });
  } catch (error) {
    return [unseen(shortly(error))];
  }
}
