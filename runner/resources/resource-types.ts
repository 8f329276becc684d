import { account } from "./account.ts";
import { activation } from "./activation.ts";
import { bundle } from "./bundle.ts";
import { clones } from "./clones.ts";
import { declaration } from "./declaration.ts";
import { directories } from "./directories.ts";
import { files } from "./files.ts";
import { github } from "./github.ts";
import { anyKind, type AnyKind } from "./resource-type.ts";
import { os } from "./os.ts";
import { packages } from "./packages.ts";
import { python } from "./python.ts";
import { reboot } from "./reboot.ts";
import { schedule } from "./schedule.ts";
import { venv } from "./venv.ts";

/** Every kind of resource there is on a host. */
const table = {
  bundle: anyKind(bundle),
  declaration: anyKind(declaration),
  os: anyKind(os),
  reboot: anyKind(reboot),
  packages: anyKind(packages),
  account: anyKind(account),
  github: anyKind(github),
  directories: anyKind(directories),
  clones: anyKind(clones),
  python: anyKind(python),
  venv: anyKind(venv),
  files: anyKind(files),
  activation: anyKind(activation),
  schedule: anyKind(schedule),
};
export const kinds = new Map<string, AnyKind>(Object.entries(table));
