/**
 * Many measurements become one number with a spread, and numbers become short texts.
 */
import type { Cell, Summary } from './experiment.ts';

/** Throws where there is nothing to summarise: a number that was not measured is not shown. */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('nothing was measured');
  const strange = values.find((value) => !Number.isFinite(value));
  if (strange !== undefined) throw new Error(`${strange} is no measurement`);
  const sorted = [...values].sort((left, right) => left - right);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/** Of sorted values, between the two nearest ones. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** Three digits that count: `0.0123`, `1.23`, `12.3`, `1,234`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(Math.abs(value).toPrecision(3));
  const digits = 2 - Math.floor(Math.log10(rounded));
  if (digits <= 0) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.min(digits, 4));
}

/** How many times something is more, for a sentence. */
export function formatTimes(factor: number): string {
  return factor < 10 ? factor.toFixed(1) : formatTick(Number(factor.toPrecision(2)));
}

export function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function measuredCell(summary: Summary): Cell {
  return { text: formatNumber(summary.median), summary };
}

/** From quartile to quartile. */
export function formatSpread({ low, high }: Summary): string {
  return `${formatNumber(low)}–${formatNumber(high)}`;
}

/** Bytes as they are said: `100 B`, `10 KB`, `1 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${formatTick(bytes / 1024)} KB`;
  return `${formatTick(bytes / 1024 ** 2)} MB`;
}

/** As short as it can be: `0.01`, `10`, `1,000`. */
export function formatTick(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
