import type * as z from "zod";
import { account } from "./account.ts";
import { activation } from "./activation.ts";
import { bundle } from "./bundle.ts";
import { clones } from "./clones.ts";
import { declaration } from "./declaration.ts";
import { directories } from "./directories.ts";
import { files } from "./files.ts";
import { github } from "./github.ts";
import { unchecked, type UncheckedType } from "./resource-type.ts";
import { os } from "./os.ts";
import { packages } from "./packages.ts";
import { python } from "./python.ts";
import { reboot } from "./reboot.ts";
import { schedule } from "./schedule.ts";
import { venv } from "./venv.ts";

/** Every resource type, by name. */
const table = {
  bundle: unchecked(bundle),
  declaration: unchecked(declaration),
  os: unchecked(os),
  reboot: unchecked(reboot),
  packages: unchecked(packages),
  account: unchecked(account),
  github: unchecked(github),
  directories: unchecked(directories),
  clones: unchecked(clones),
  python: unchecked(python),
  venv: unchecked(venv),
  files: unchecked(files),
  activation: unchecked(activation),
  schedule: unchecked(schedule),
};
export const resourceTypes = new Map<string, UncheckedType>(Object.entries(table));

/** Contract between the Pulumi program and a host: name of a resource type -> spec that the host parses. */
export type Specs = { [Type in keyof typeof table]: z.infer<(typeof table)[Type]["spec"]> };
