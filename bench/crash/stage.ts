/** What a run does, in its order. `start`: from the first instruction to the first fetch, killed runs' rest included. */
export const stages = ["start", "fetch", "build", "measure", "store", "commit", "push", "reports"] as const;
export type Stage = (typeof stages)[number];

/** What can be seen of a run from outside at one moment. */
export interface Evidence {
  /** Command lines of the processes that the runner has started and that are alive. */
  commands: readonly string[];
  /** Phase in progress.json, if this very runner wrote it. That of publishing reports is `reports`. */
  phase: string | undefined;
  /** A git fetch of the target was begun since the runner started. */
  fetchBegun: boolean;
  /** Whether each journal on the disk is finished. */
  journals: readonly { finished: boolean }[];
  /** Result files on the disk that the results remote does not have. */
  pending: number;
  /** The results' clone and its remote are at the same commit. */
  adopted: boolean;
}

/** Steps of publishing that come after the push: the clone becomes what the remote is. */
const adopting = /^(push|checkout-index|update-ref|symbolic-ref)$/;

/**
 * Which stage a run is in. A git at work tells most; between two of them the disk does: a finished journal is being stored,
 * result files that the remote lacks are being committed, a remote that is ahead has just been pushed to.
 */
export function stageOf({ commands, phase, fetchBegun, journals, pending, adopted }: Evidence): Stage {
  const inResults = commands.flatMap((command) => / -C \/srv\/results (\S+)(.*)/s.exec(command) ?? []);
  const [, step = "", rest = ""] = inResults;
  if (phase === "reports" || step === "fast-import" || (step === "push" && rest.includes("--force"))) return "reports";
  if (journals.some(({ finished }) => finished)) return "store";
  if (adopting.test(step)) return "push";
  if (step !== "") return pending > 0 ? "commit" : fetchBegun ? "fetch" : "start";
  if (phase === "build") return "build";
  if (phase === "measure" && journals.length > 0) return "measure";
  if (!fetchBegun) return "start";
  if (commands.some((command) => / -C \/srv\/(target|suite) fetch /.test(command))) return "fetch";
  if (phase !== "measure" && phase !== "publish") return "fetch";
  if (pending > 0) return "commit";
  return adopted ? "fetch" : "push";
}
