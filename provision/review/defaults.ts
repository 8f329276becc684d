import { allSettings } from "../../config/settings.ts";
import { shown } from "../../config/flatten.ts";
import type { ConfigurationChange } from "./configuration.ts";

/** Defaults by setting, as values are shown. */
let defaults: ReadonlyMap<string, string> | undefined;

/** Whether a setting that was never applied gets the value that it has where nobody writes it: nothing that a person decided. */
export function isDefault({ path, is, willBe }: ConfigurationChange): boolean {
  defaults ??= new Map(allSettings().flatMap((setting) => (setting.default === undefined ? [] : [[setting.path, shown(setting.default)]])));
  // An entry of a list is known by its name: `hosts[bench].port` is a `hosts[].port`.
  return is === undefined && willBe !== undefined && defaults.get(path.replaceAll(/\[[^\]]*\]/g, "[]")) === willBe;
}
