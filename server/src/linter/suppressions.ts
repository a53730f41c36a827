import type { TextEdit } from '../../../shared/finding';

/** @returns the edit that puts a `slowpath-disable-next-line` above the line of `offset`. */
export declare function disableForLine(text: string, offset: number, rule: string): TextEdit;

/** @returns the edit that puts a `slowpath-disable` at the top of the file. */
export declare function disableForFile(text: string, rule: string): TextEdit;
