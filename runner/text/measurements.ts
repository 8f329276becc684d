import type { Noise } from "../timeline/noise.ts";
import { hasError, interval } from "../timeline/quantity.ts";
import type { Interval, Quantity } from "../timeline/quantity.ts";
import { counted } from "./quantities.ts";

/** Texts of measured values, changes and factors, with as many digits as their errors justify. */

export interface Unit {
  symbol: "h" | "min" | "s" | "ms" | "µs" | "ns";
  perSecond: number;
}

/** Smallest seconds for each unit. Minutes and hours begin later, where they show one or two more digits. */
const units: readonly [from: number, unit: Unit][] = [
  [7200, { symbol: "h", perSecond: 1 / 3600 }],
  [300, { symbol: "min", perSecond: 1 / 60 }],
  [1, { symbol: "s", perSecond: 1 }],
  [1e-3, { symbol: "ms", perSecond: 1e3 }],
  [1e-6, { symbol: "µs", perSecond: 1e6 }],
];
const nanoseconds: Unit = { symbol: "ns", perSecond: 1e9 };

/** Returns the unit that shows seconds with one to three digits before the point. For an axis, pass its largest value. */
export function unitFor(seconds: number): Unit {
  return units.find(([from]) => seconds >= from)?.[1] ?? nanoseconds;
}

/** Returns an exact value on an axis: `3.25 ms`. @param value value in the unit, a multiple of `step`. */
export function tickText(value: number, step: number, unit: Unit): string {
  return `${value.toFixed(digitsOf(step))} ${unit.symbol}`;
}

const mostDigits = 12;

/** Returns the digits after the point that all multiples of a step need. */
function digitsOf(step: number): number {
  for (let digits = 0; digits < mostDigits; digits++) {
    const whole = step * 10 ** digits;
    if (whole >= 1 - 1e-9 && Math.abs(whole - Math.round(whole)) < 1e-6) return digits;
  }
  return mostDigits;
}

/** Text for an unknown error. An empty text would look like no error. */
const unknownError = "error not known";

/** Largest half of a 95 % interval, relative to the value, that is shown with `±`. Wider ones are asymmetric and could reach below zero, so both ends are shown. */
const widestHalf = 0.5;

/** Ratio of the ends of a 95 % interval above which it has no information: the value may be off tenfold either way. Two differing sessions of one program can give such an interval. */
const tooWide = 100;
const tenfold = "error above a factor of 10";

/** Returns `12.345 ± 0.012 ms`: the error with two digits, the value with the same precision. `0.52 … 5.1 ms` for a very noisy value. */
export function secondsText(seconds: Quantity, unit: Unit): string {
  if (saysNothing(seconds)) return `${shortSecondsText(seconds.value, unit)} (${tenfold})`;
  if (!hasError(seconds)) return `${shortSecondsText(seconds.value, unit)} (${unknownError})`;
  if (isVeryNoisy(seconds)) return `${endsText(seconds, unit.perSecond)} ${unit.symbol}`;
  const value = seconds.value * unit.perSecond;
  const reach = halfWidth(seconds) * unit.perSecond;
  const digits = decimals(reach, value);
  return reach > 0 ? `${value.toFixed(digits)} ± ${reach.toFixed(digits)} ${unit.symbol}` : `${value.toFixed(digits)} ${unit.symbol}`;
}

/** Returns `12.345 ms` and `12.333 … 12.357`, for two columns. */
export function valueAndInterval(seconds: Quantity, unit: Unit): [string, string] {
  if (!hasError(seconds)) return [shortSecondsText(seconds.value, unit), "not known"];
  if (saysNothing(seconds)) return [shortSecondsText(seconds.value, unit), tenfold];
  const digits = decimals(halfWidth(seconds) * unit.perSecond, seconds.value * unit.perSecond);
  const { low, high } = interval(seconds);
  const text = (value: number) => (value * unit.perSecond).toFixed(digits);
  const ends = isVeryNoisy(seconds) ? endsText(seconds, unit.perSecond) : `${text(low)} … ${text(high)}`;
  return [`${text(seconds.value)} ${unit.symbol}`, ends];
}

function saysNothing(quantity: Quantity): boolean {
  if (!hasError(quantity)) return false;
  const { low, high } = interval(quantity);
  return high > tooWide * low;
}

function isVeryNoisy(quantity: Quantity): boolean {
  return halfWidth(quantity) > widestHalf * quantity.value;
}

/** Returns both ends of the interval in a unit, with two digits each: `0.52 … 5.1`. */
function endsText(quantity: Quantity, perUnit: number): string {
  const { low, high } = interval(quantity);
  return `${twoSignificant(low * perUnit)} … ${twoSignificant(high * perUnit)}`;
}

function twoSignificant(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** Returns a value with four digits: `12.34 ms`. */
export function shortSecondsText(seconds: number, unit: Unit): string {
  const shown = seconds * unit.perSecond;
  return `${shown.toFixed(decimals(0, shown))} ${unit.symbol}`;
}

/** Returns `−2.1 % ± 0.3 %` for a ratio of seconds, new over old: negative is faster. `−45 % … +120 %` for a very noisy one. */
export function changeText(ratio: Quantity): string {
  const percent = (ratio.value - 1) * 100;
  if (!hasError(ratio)) return `${signed(percent, 1)} % (${unknownError})`;
  if (saysNothing(ratio)) return `${signed(percent, 1)} % (${tenfold})`;
  if (isVeryNoisy(ratio)) return changeEndsText(interval(ratio));
  const reach = halfWidth(ratio) * 100;
  const digits = reach > 0 ? between(0, 1 - Math.floor(Math.log10(reach)), 2) : 2;
  return `${signed(percent, digits)} % ± ${reach.toFixed(digits)} %`;
}

/** Returns `−45 % … +120 %`. A low end near −100 % has enough digits to differ from it. */
function changeEndsText({ low, high }: Interval): string {
  const digits = low < 0.1 ? between(0, 1 - Math.floor(Math.log10(100 * low)), 2) : 0;
  return `${signed((low - 1) * 100, digits)} % … ${signed((high - 1) * 100, 0)} %`;
}

/** Returns the change by the factor e to `phi`: `−0.21 %`. */
export function shiftText(phi: number): string {
  return `${signed((Math.exp(phi) - 1) * 100, 2)} %`;
}

/** Returns true if the 95 % interval of a ratio excludes 1. */
export function isSignificant(ratio: Quantity): boolean {
  const { low, high } = interval(ratio);
  return high < 1 || low > 1;
}

/** Returns a ratio with three digits: `3.21×`. */
export function factorText(ratio: Quantity): string {
  return `${ratio.value.toFixed(between(0, 2 - Math.floor(Math.log10(ratio.value)), 4))}×`;
}

/** Returns the factor for old seconds with half its relative 95 % interval: `0.8321 ± 0.46 %`. `0.34 … 2.1` if it is very wide. */
export function scalingFactorText(phi: number, halfWidth: number): string {
  if (halfWidth === Infinity) return `${Math.exp(phi).toFixed(4)} (${unknownError})`;
  if (halfWidth > widestHalf) {
    // Half the relative width is sinh of half the width on the log scale.
    const reach = Math.asinh(halfWidth);
    if (Math.exp(2 * reach) > tooWide) return `${twoSignificant(Math.exp(phi))} (${tenfold})`;
    return `${twoSignificant(Math.exp(phi - reach))} … ${twoSignificant(Math.exp(phi + reach))}`;
  }
  return `${Math.exp(phi).toFixed(4)} ± ${(halfWidth * 100).toPrecision(2)} %`;
}

/** Returns the A/A noise and its source: `session to session: 0.21 %, from 7 pairs`. */
export function noiseText({ sigma, pairs, isOfSuite }: Noise): string {
  const percent = sigma > 0 ? `${Number((sigma * 100).toPrecision(2))} %` : "no difference seen";
  const own = pairs === 0 ? "no pairs" : counted(pairs, "pair");
  return `session to session: ${percent}, ${isOfSuite ? `the suite's median (${own} of its own)` : `from ${own}`}`;
}

function halfWidth(quantity: Quantity): number {
  const { low, high } = interval(quantity);
  return (high - low) / 2;
}

/** Returns the decimals for two digits of the error, but at least two of the value; for four of the value without an error. */
function decimals(reach: number, value: number): number {
  const ofValue = (digits: number) => digits - 1 - Math.floor(Math.log10(value));
  return between(0, reach > 0 ? Math.max(1 - Math.floor(Math.log10(reach)), ofValue(2)) : ofValue(4), 6);
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

function between(low: number, value: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
