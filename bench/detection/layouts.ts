import { layoutsVerdict, mostPairs } from "../../runner/timeline/detection/layouts.ts";
import { generator, normal } from "../simulation/coverage.ts";
import { textTable } from "../table.ts";

/** Deviations of ln seconds that layouts of nine benchmarks of mypyc's suite have, each from one or two runs of `npm run bench -- layout`. */
const deviations = [0.05, 0.036, 0.031, 0.024, 0.019, 0.015, 0.014, 0.012, 0.011, 0.009, 0.008, 0.006, 0.006];
/** Of one session, ln seconds. */
const noise = 0.003;
/** A difference of the two first builds that pairs of their sessions confirm. */
const leastConfirmed = 0.01;
/** Checks a row, by the number of series of other rows. */
const checksPerSeries = 100;

/** True changes of the code, in per cent; the two first builds differ by their layouts besides. */
const changes = [0, 1, 2, 3, 5, 10];
/** Share of differences of two layouts alone that may be called a change of the code, .05; nothing is promised of the others. */
const mostWrong = 0.05;

interface LayoutFigures {
  /** Per cent. */
  change: number;
  code: number;
  binary: number;
  untold: number;
  /** Average of pairs. */
  pairs: number;
}

/** Simulates confirmed differences of two binaries, and what builds in other layouts say of them. */
export function layoutsPart(series: number, seed: number): { table: string; rows: object[]; ok: boolean } {
  const found = changes.map((change) => simulateChecks(change, series * checksPerSeries, seed));
  return {
    table: textTable(
      ["confirmed, in other layouts", "of the code", "of the binaries", "untold", `pairs, at most ${mostPairs}`, "falls short"],
      found.map((one) => [
        one.change === 0 ? "layouts alone" : `+${one.change} % and layouts`,
        ...[one.code, one.binary, one.untold, one.pairs].map((value) => value.toFixed(2)),
        shortOf(one),
      ]),
    ),
    rows: found,
    ok: found.every((one) => shortOf(one) === ""),
  };
}

function shortOf({ change, code }: LayoutFigures): string {
  return change > 0 || code <= mostWrong ? "" : `${code.toFixed(3)} > ${mostWrong}`;
}

function simulateChecks(change: number, checks: number, seed: number): LayoutFigures {
  const random = generator(seed);
  const truth = Math.log1p(change / 100);
  const counts = { code: 0, binary: 0, untold: 0 };
  let pairs = 0;
  for (let done = 0; done < checks;) {
    const deviation = deviations[Math.floor(random() * deviations.length)] ?? 0;
    const difference = () => truth + Math.SQRT2 * (deviation * normal(random) + noise * normal(random));
    const confirmed = difference();
    // Only what is confirmed is checked; of a change, what shows it.
    if (Math.abs(confirmed) < leastConfirmed || truth * confirmed < 0) continue;
    const taken: number[] = [];
    let verdict = layoutsVerdict(confirmed, noise, taken);
    while (verdict.status === "open") {
      taken.push(difference());
      verdict = layoutsVerdict(confirmed, noise, taken);
    }
    counts[verdict.status]++;
    pairs += taken.length;
    done++;
  }
  const { code, binary, untold } = counts;
  return { change, code: code / checks, binary: binary / checks, untold: untold / checks, pairs: pairs / checks };
}
