import type { PageBenchmark, PageIndex, PageRevisions, PageSentences, PageYear } from "../runner/report/page/data.ts";

// Data files are classic scripts that call `evenkeel(name, value)`, which also works from a file system.

const arrived = new Map<string, unknown>();
const asked = new Map<string, Promise<unknown>>();

declare global {
  interface Window {
    evenkeel: (name: string, value: unknown) => void;
  }
}

window.evenkeel = (name, value) => void arrived.set(name, value);

export const loadIndex = () => load<PageIndex>("index");
export const loadSentences = (host: string) => load<PageSentences>(`hosts/${host}/sentences`);
export const loadRevisions = (year: number) => load<PageRevisions>(`revisions/${year}`);
export const loadBenchmark = (host: string, file: string) => load<PageBenchmark>(`hosts/${host}/benchmarks/${file}`);
export const loadPoints = (host: string, year: number, file: string) => load<PageYear>(`hosts/${host}/points/${year}/${file}`);

/** Loads a file once. @throws Error if it is missing or damaged. */
function load<Value>(name: string): Promise<Value> {
  const known = asked.get(name) as Promise<Value> | undefined;
  if (known) return known;
  const promise = new Promise<Value>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `data/${name}.js`;
    script.addEventListener("load", () => {
      if (arrived.has(name)) resolve(arrived.get(name) as Value);
      else reject(new Error(`data/${name}.js is damaged`));
    });
    script.addEventListener("error", () => {
      asked.delete(name);
      script.remove();
      reject(new Error(`data/${name}.js cannot be loaded`));
    });
    document.head.append(script);
  });
  asked.set(name, promise);
  return promise;
}
