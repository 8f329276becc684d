import type { PageHost, PageIndex } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";
import { dayText, type History } from "./revisions.ts";
import type { Route } from "./route.ts";

export type Kind = "revisions" | "environments";

/** Sides of a comparison: `b` against `a`. */
export interface Sides {
  a: Side;
  b: Side;
}

interface Side {
  /** Beginning of a revision's id, or an environment's id. */
  key: string;
  text: string;
  /** Index of a revision in the history. */
  position?: number;
}

/** Number of revisions that are proposed. */
const proposed = 300;
/** Distance of the two revisions that are compared by default. */
const apart = 50;

/** Renders two fields and returns their sides. `chosen` is undefined while a field is unknown, or if both have the same value. */
export async function chosenSides(
  index: PageIndex,
  host: PageHost | undefined,
  history: History,
  kind: Kind,
  { settings }: Route,
  changed: (sides: Sides | undefined) => Promise<void>,
): Promise<{ element: HTMLElement; chosen: Sides | undefined; failed: (error: unknown) => void }> {
  const environments = host?.environments ?? [];
  const count = index.years.reduce((sum, [, revisions]) => sum + revisions, 0);
  const [first, last] = kind === "revisions" ? [Math.max(0, count - apart), count - 1] : firstEnvironments(host);
  const fields = [
    field(environments, history, kind, "before", settings.get("a") ?? (await keyOf(history, first)), count),
    field(environments, history, kind, "after", settings.get("b") ?? (await keyOf(history, last)), count),
  ] as const;
  const problem = el("p", { class: "said", role: "alert" });
  const read = async (): Promise<Sides | undefined> => {
    if (kind === "revisions") for (const { input } of fields) await history.loadWith(input.value.trim());
    for (const { describe } of fields) describe();
    const [a, b] = fields.map(({ input }) => sideOf(environments, history, kind, input.value.trim()));
    const wrong = fields.filter(({ input }, which) => input.value.trim() !== "" && ![a, b][which]).map(({ input }) => input.value.trim());
    const what = kind === "revisions" ? "revision" : "environment";
    const isOne = a && b && (a.position === undefined ? a.key === b.key : a.position === b.position);
    problem.textContent =
      wrong.length > 0 ? `Unknown ${what}: ${wrong.join(", ")}.` : isOne ? `Both sides are the same ${what}: choose another one.` : "";
    return a && b && !isOne ? { a, b } : undefined;
  };
  const failed = (error: unknown): void => {
    problem.textContent = `Cannot compare: ${error instanceof Error ? error.message : String(error)}.`;
  };
  for (const { input } of fields) {
    input.addEventListener("change", () => void read().then(changed).catch(failed));
  }
  const chosen = await read();
  const list = el("datalist", { id: "revisions" });
  if (kind === "revisions") {
    for (let position = count - 1; position >= Math.max(0, count - proposed); position--) {
      const revision = history.at(position);
      if (revision) list.append(el("option", { value: history.key(position) }, `${dayText(revision.committed)} ${revision.title}`));
    }
  }
  return { element: el("div", { class: "sides" }, ...fields.map(({ element }) => element), list, problem), chosen, failed };
}

function field(
  environments: PageHost["environments"],
  history: History,
  kind: Kind,
  label: string,
  value: string,
  count: number,
): { element: HTMLElement; input: HTMLInputElement | HTMLSelectElement; describe: () => void } {
  if (kind === "environments") {
    const input = el(
      "select",
      {},
      ...environments.map(({ id, text }) => el("option", { value: id, selected: id === value }, `${id.slice(0, 8)}: ${text}`)),
    );
    return { element: el("label", {}, label, input), input, describe: () => {} };
  }
  const input = el("input", { type: "text", value, list: "revisions", spellcheck: "false", autocomplete: "off", placeholder: "revision" });
  const subject = el("span", { class: "quiet subject" });
  const describe = (): void => {
    const position = history.find(input.value.trim());
    const revision = position === undefined ? undefined : history.at(position);
    subject.title = revision?.title ?? "";
    subject.textContent = revision
      ? `${dayText(revision.committed)} ${revision.title}`
      : count === 0
        ? "the history has no revision yet"
        : "";
  };
  input.addEventListener("input", describe);
  return { element: el("label", {}, label, input, subject), input, describe };
}

/** Returns the key of a side: the id of an environment, or of the revision at an index. */
async function keyOf(history: History, one: number | string): Promise<string> {
  if (typeof one === "string") return one;
  await history.loadAt(one);
  return history.key(one);
}

function sideOf(environments: PageHost["environments"], history: History, kind: Kind, text: string): Side | undefined {
  if (kind === "environments") {
    const found = environments.find(({ id }) => id === text);
    return found && { key: found.id, text: found.text };
  }
  const position = history.find(text);
  return position === undefined ? undefined : { key: text, text: text.slice(0, 12), position };
}

/** Returns the ids of the previous environment and of the current one. */
function firstEnvironments(host: PageHost | undefined): [string, string] {
  const { environments = [], current = "" } = host ?? {};
  const other = environments.findLast(({ id }) => id !== current);
  return [other?.id ?? current, current];
}
