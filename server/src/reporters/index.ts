import { json } from './json';
import type { Reporter } from './report';
import { stylish } from './stylish';

/** Formats of `slowpath check --format`. */
export const reporters = { stylish, json } satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;
