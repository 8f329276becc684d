/** Fragment of the address: `/`, `/benchmark/NAME`, `/compare/revisions` or `/compare/environments`, with settings as a query. */
export interface Route {
  path: string[];
  settings: ReadonlyMap<string, string>;
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  return {
    path: path.split("/").filter(Boolean).map(decoded),
    settings: new Map(new URLSearchParams(query)),
  };
}

/** Returns the fragment of a path. Empty settings are left out. */
export function hashOf(path: readonly string[], settings: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams(Object.entries(settings).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const text = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** Stores settings in the address of the present view without a new entry in the browser's history. */
export function keep(settings: Readonly<Record<string, string | undefined>>): void {
  const { path, settings: before } = routeOf(location.hash);
  history.replaceState(null, "", hashOf(path, { ...Object.fromEntries(before), ...settings }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
