import { allSettings } from "../../config/settings.ts";
import { shown } from "../../config/flatten.ts";
import type { ConfigurationChange } from "./configuration.ts";

/** Default values by setting, formatted as in a review. */
let defaults: ReadonlyMap<string, string> | undefined;

/** Returns whether a setting that was never applied has its default value. */
export function isDefault({ path, is, willBe }: ConfigurationChange): boolean {
  defaults ??= new Map(allSettings().flatMap((setting) => (setting.default === undefined ? [] : [[setting.path, shown(setting.default)]])));
  // Paths contain the names of list entries: `hosts[bench].port` is the setting `hosts[].port`.
  return is === undefined && willBe !== undefined && defaults.get(path.replaceAll(/\[[^\]]*\]/g, "[]")) === willBe;
}
