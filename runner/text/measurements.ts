import type { Noise } from "../timeline/noise.ts";
import { hasError, interval } from "../timeline/quantity.ts";
import type { Interval, Quantity } from "../timeline/quantity.ts";
import { counted } from "./quantities.ts";

/** Measured values, changes and factors as a reader sees them, as exact as they are known. */

export interface Unit {
  symbol: "h" | "min" | "s" | "ms" | "µs" | "ns";
  perSecond: number;
}

/** From how many seconds on each unit is used: minutes and hours begin where they have a digit or two more to tell. */
const units: readonly [from: number, unit: Unit][] = [
  [7200, { symbol: "h", perSecond: 1 / 3600 }],
  [300, { symbol: "min", perSecond: 1 / 60 }],
  [1, { symbol: "s", perSecond: 1 }],
  [1e-3, { symbol: "ms", perSecond: 1e3 }],
  [1e-6, { symbol: "µs", perSecond: 1e6 }],
];
const nanoseconds: Unit = { symbol: "ns", perSecond: 1e9 };

/** The unit that shows this many seconds with one to three digits before the point. Of an axis: that of its largest value. */
export function unitFor(seconds: number): Unit {
  return units.find(([from]) => seconds >= from)?.[1] ?? nanoseconds;
}

/** `3.25 ms`: a value on an axis, exact. @param value in the unit, a multiple of `step`. */
export function tickText(value: number, step: number, unit: Unit): string {
  return `${value.toFixed(digitsOf(step))} ${unit.symbol}`;
}

const mostDigits = 12;

/** Digits behind the point that all multiples of a step need. */
function digitsOf(step: number): number {
  for (let digits = 0; digits < mostDigits; digits++) {
    const whole = step * 10 ** digits;
    if (whole >= 1 - 1e-9 && Math.abs(whole - Math.round(whole)) < 1e-6) return digits;
  }
  return mostDigits;
}

/** Stands where an error is not known: never nothing, which would look like none. */
const unknownError = "error not known";

/** Half of a 95 % interval, relative to the value, above which both ends are shown: such an interval is far from symmetric, and `±` could reach below zero. */
const widestHalf = 0.5;

/** Ratio of the ends of a 95 % interval above which it says nothing: the value may be off tenfold either way. One repeated program whose two sessions differ tells no less. */
const tooWide = 100;
const tenfold = "error above a factor of 10";

/** `12.345 ± 0.012 ms`: the error with two digits, the value as exact as the error. `0.52 … 5.1 ms` of a very noisy value. */
export function secondsText(seconds: Quantity, unit: Unit): string {
  if (saysNothing(seconds)) return `${shortSecondsText(seconds.value, unit)} (${tenfold})`;
  if (!hasError(seconds)) return `${shortSecondsText(seconds.value, unit)} (${unknownError})`;
  if (isVeryNoisy(seconds)) return `${endsText(seconds, unit.perSecond)} ${unit.symbol}`;
  const value = seconds.value * unit.perSecond;
  const reach = halfWidth(seconds) * unit.perSecond;
  const digits = decimals(reach, value);
  return reach > 0 ? `${value.toFixed(digits)} ± ${reach.toFixed(digits)} ${unit.symbol}` : `${value.toFixed(digits)} ${unit.symbol}`;
}

/** `12.345 ms` and `12.333 … 12.357`, for columns of their own. */
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

/** `0.52 … 5.1`: both ends of the interval in some unit, two digits each. */
function endsText(quantity: Quantity, perUnit: number): string {
  const { low, high } = interval(quantity);
  return `${twoSignificant(low * perUnit)} … ${twoSignificant(high * perUnit)}`;
}

function twoSignificant(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** `12.34 ms`, four digits. */
export function shortSecondsText(seconds: number, unit: Unit): string {
  const shown = seconds * unit.perSecond;
  return `${shown.toFixed(decimals(0, shown))} ${unit.symbol}`;
}

/** `−2.1 % ± 0.3 %` of a ratio of seconds, new over old: negative is faster. `−45 % … +120 %` of a very noisy one. */
export function changeText(ratio: Quantity): string {
  const percent = (ratio.value - 1) * 100;
  if (!hasError(ratio)) return `${signed(percent, 1)} % (${unknownError})`;
  if (saysNothing(ratio)) return `${signed(percent, 1)} % (${tenfold})`;
  if (isVeryNoisy(ratio)) return changeEndsText(interval(ratio));
  const reach = halfWidth(ratio) * 100;
  const digits = reach > 0 ? between(0, 1 - Math.floor(Math.log10(reach)), 2) : 2;
  return `${signed(percent, digits)} % ± ${reach.toFixed(digits)} %`;
}

/** `−45 % … +120 %`; a low end near −100 % has the digits that tell it from that. */
function changeEndsText({ low, high }: Interval): string {
  const digits = low < 0.1 ? between(0, 1 - Math.floor(Math.log10(100 * low)), 2) : 0;
  return `${signed((low - 1) * 100, digits)} % … ${signed((high - 1) * 100, 0)} %`;
}

/** `−0.21 %`: what multiplying with e to `phi` changes. */
export function shiftText(phi: number): string {
  return `${signed((Math.exp(phi) - 1) * 100, 2)} %`;
}

/** Whether the 95 % interval of a ratio leaves out 1. */
export function isSignificant(ratio: Quantity): boolean {
  const { low, high } = interval(ratio);
  return high < 1 || low > 1;
}

/** `3.21×`, with three digits. */
export function factorText(ratio: Quantity): string {
  return `${ratio.value.toFixed(between(0, 2 - Math.floor(Math.log10(ratio.value)), 4))}×`;
}

/** `0.8321 ± 0.46 %`: what old seconds are multiplied with, and half the 95 % interval of that, relative. `0.34 … 2.1` where it is very wide. */
export function scalingFactorText(phi: number, halfWidth: number): string {
  if (halfWidth === Infinity) return `${Math.exp(phi).toFixed(4)} (${unknownError})`;
  if (halfWidth > widestHalf) {
    // Half the width of an interval on the log scale: sinh of how far it reaches.
    const reach = Math.asinh(halfWidth);
    if (Math.exp(2 * reach) > tooWide) return `${twoSignificant(Math.exp(phi))} (${tenfold})`;
    return `${twoSignificant(Math.exp(phi - reach))} … ${twoSignificant(Math.exp(phi + reach))}`;
  }
  return `${Math.exp(phi).toFixed(4)} ± ${(halfWidth * 100).toPrecision(2)} %`;
}

/** `session to session: 0.21 %, from 7 pairs`: the A/A noise and where it is known from. */
export function noiseText({ sigma, pairs, isOfSuite }: Noise): string {
  const percent = sigma > 0 ? `${Number((sigma * 100).toPrecision(2))} %` : "no difference seen";
  const own = pairs === 0 ? "no pairs" : counted(pairs, "pair");
  return `session to session: ${percent}, ${isOfSuite ? `the suite's median (${own} of its own)` : `from ${own}`}`;
}

function halfWidth(quantity: Quantity): number {
  const { low, high } = interval(quantity);
  return (high - low) / 2;
}

/** Two digits of the error, but at least two of the value; four of the value where there is no error. */
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
