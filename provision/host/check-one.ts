import { byName } from "../../config/by-name.ts";
import { shortly } from "./failure.ts";
import { unseen, type Finding } from "./finding.ts";
import { readMarker } from "./kind.ts";
import { kinds } from "./kinds.ts";

/** The findings of one resource. */
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
    const observed = (await readMarker(name))?.observed ?? byName();
    return await kind.check(spec, { observed, say: () => undefined });
  } catch (error) {
    return [unseen(shortly(error))];
  }
}
