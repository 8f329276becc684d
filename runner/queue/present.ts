import type { Listed, Outcome, Session } from "../model.ts";

/** Present set-up of builds and measurements. */
export interface PresentInput {
  /** Id of the environment. */
  environment: string;
  /** Benchmarks that the suite lists. Undefined if that is not known: every workload then counts as the present one. */
  benchmarks: readonly Listed[] | undefined;
  /** Revision of the suite. */
  suite?: string;
  /** Hash of the configuration, as `Session.setup`. */
  setup?: string;
}

/** Decides which stored results are of the benchmarks and the configuration as they are declared now. */
export class Present {
  readonly #input: PresentInput;
  readonly #workloads: ReadonlyMap<string, string> | undefined;

  constructor(input: PresentInput) {
    this.#input = input;
    this.#workloads = input.benchmarks && new Map(input.benchmarks.map(({ name, workload }) => [name, workload]));
  }

  /** Names of the declared benchmarks; undefined if they are not known. */
  get names(): readonly string[] | undefined {
    return this.#workloads && [...this.#workloads.keys()];
  }

  /** Returns whether a benchmark is declared; true if that is not known. */
  isDeclared(name: string): boolean {
    return this.#workloads?.has(name) ?? true;
  }

  /** Returns whether a benchmark is listed with a workload; true if that is not known. */
  isListedAs(name: string, workload: string): boolean {
    return this.#workloads === undefined || this.#workloads.get(name) === workload;
  }

  /** Returns whether a session is of the suite's present revision. */
  isOfSuite({ suite }: Pick<Session, "suite">): boolean {
    return this.#input.suite !== undefined && suite === this.#input.suite;
  }

  /**
   * Returns whether an outcome has the benchmark's declared form. Outcomes of the suite's present revision always have: requirements of the
   * target can change the workload from the listed one, and the benchmark would be measured again forever.
   */
  hasForm(name: string, outcome: Outcome, session: Session): boolean {
    return (this.#workloads?.get(name) ?? outcome.workload) === outcome.workload || this.isOfSuite(session);
  }

  /** Returns whether a session was taken in the present environment, with the present configuration. */
  hasConditions({ environment, setup }: Session): boolean {
    return environment === this.#input.environment && (this.#input.setup === undefined || setup === this.#input.setup);
  }

  /** Returns whether the failure of a whole subject is still its result. A failure to list also depends on the suite's revision. */
  standsAsWhole(session: Session): boolean {
    const { suite } = this.#input;
    return this.hasConditions(session) && (session.failure?.stage !== "list" || suite === undefined || session.suite === suite);
  }
}
