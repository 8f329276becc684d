import { prepareLab } from "../../lab/prepare.ts";
import { inLab } from "./in-lab.ts";

/** Once, before tests make hosts side by side. */
export default async function setup(): Promise<void> {
  if (inLab) await prepareLab((line) => console.warn(line));
}
