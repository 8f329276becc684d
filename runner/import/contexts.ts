import type { Environment, MeasurementContext, Session } from "../model.ts";
import { placeKey } from "../timeline/chain.ts";
import { sessionNoise } from "../timeline/noise.ts";
import { quantityOf } from "../timeline/points.ts";
import { isMeasured } from "../timeline/program.ts";
import { pooled, type Quantity } from "../timeline/quantity.ts";
import type { Configuration, Row } from "./row.ts";

/** Measurement context of a benchmark, with its values by revision. */
export interface Known extends MeasurementContext {
  configuration: Configuration;
  /** Times of the first and the last measurement. ISO 8601. */
  first: string;
  last: string;
  /** Seconds by revision. */
  values: Map<string, Quantity>;
}

export function configurationOf({ cpu, python }: Environment): Configuration {
  return { hardware: cpu, python: /^\d+\.\d+/.exec(python.version)?.[0] ?? python.version };
}

export type BaselineOf = (benchmark: string, configuration: Configuration) => number | undefined;

/** Returns baselines as the reports of mypyc's server choose them: the first row in the file, on any OS. Failed rows are ignored. */
export function baselines(rows: readonly Row[]): BaselineOf {
  const byBenchmark = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.variant !== "interpreted" || row.seconds === 0) continue;
    const known = byBenchmark.get(row.benchmark);
    if (known) known.push(row);
    else byBenchmark.set(row.benchmark, [row]);
  }
  return (benchmark, { hardware, python }) =>
    byBenchmark.get(benchmark)?.find((row) => row.hardware === hardware && row.python.startsWith(python))?.seconds;
}

/** Returns the measurement contexts of each benchmark, ordered by their first measurement. */
export function contextsOf(sessions: readonly Session[], environments: ReadonlyMap<string, Environment>): Map<string, Known[]> {
  const noise = sessionNoise(sessions);
  const found = new Map<string, Map<string, { known: Known; sessions: Map<string, Quantity[]> }>>();
  for (const { subject, environment: id, benchmarks } of sessions) {
    const environment = environments.get(id);
    if (subject.kind === "baseline" || !environment) continue;
    for (const [benchmark, { compiled }] of Object.entries(benchmarks)) {
      if (!compiled || !isMeasured(compiled) || compiled.status !== "imported") continue;
      const { workload, taken } = compiled;
      const contexts = found.get(benchmark) ?? new Map<string, { known: Known; sessions: Map<string, Quantity[]> }>();
      found.set(benchmark, contexts);
      const key = placeKey({ environment: id, workload });
      const configuration = configurationOf(environment);
      const empty = { environment: id, workload, configuration, first: taken, last: taken, values: new Map<string, Quantity>() };
      const context = contexts.get(key) ?? { known: empty, sessions: new Map<string, Quantity[]>() };
      contexts.set(key, context);
      if (taken < context.known.first) context.known.first = taken;
      if (taken > context.known.last) context.known.last = taken;
      const quantity = quantityOf(compiled, noise({ environment: id, workload, benchmark, variant: "compiled" }));
      context.sessions.set(subject.revision, [...(context.sessions.get(subject.revision) ?? []), quantity]);
    }
  }
  return new Map(
    [...found]
      .sort(([a], [b]) => compare(a, b))
      .map(([benchmark, contexts]) => [
        benchmark,
        [...contexts.values()]
          .map(({ known, sessions: bySubject }) => {
            const differ = noise({ ...known, benchmark, variant: "compiled" });
            const values = [...bySubject].map(([revision, each]): [string, Quantity] => [revision, pooled(each, differ)]);
            return { ...known, values: new Map(values) };
          })
          .sort((a, b) => compare(a.first, b.first) || compare(placeKey(a), placeKey(b))),
      ]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
