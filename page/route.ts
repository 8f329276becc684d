/** What the address says after its #: `/`, `/benchmark/NAME`, `/compare/revisions`, `/compare/environments`, each with its settings. */
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

/** Settings that are empty are left out. */
export function hashOf(path: readonly string[], settings: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams(Object.entries(settings).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const text = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** Change the settings of the page that is shown; its address can be shared, going back leaves the page. */
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
