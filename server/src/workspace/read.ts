import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { describeFailure } from './failure';

/** Largest file that is analysed, in bytes; larger ones are data or bundles, not written by hand. */
export const MAX_SOURCE_BYTES = 5 * 1024 * 1024;

/** Git's rule: a NUL byte so early makes a file binary; later, it is one in a string literal. */
const BINARY_CHECK_BYTES = 8000;

export type SourceEncoding = 'utf8' | 'utf8bom' | 'utf16le' | 'utf16be';

/** A file's text as an editor shows it, and what is needed to write it back the same way. */
export interface SourceText {
  /** Without byte order mark, so that offsets and columns are those of an editor. */
  text: string;
  encoding: SourceEncoding;
  /** Size of the file, in bytes. */
  bytes: number;
}

/** Why a file has no text: the rest of a sentence that starts with the path. */
export interface ReadProblem {
  problem: string;
}

// Without O_NONBLOCK (absent on Windows), opening a named pipe waits for a writer.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads one source file: UTF-8 with or without byte order mark, or UTF-16 with one. Never throws.
 * Bytes that are not UTF-8 become U+FFFD, as in an editor.
 * @param file absolute path
 */
export async function readSource(file: string): Promise<SourceText | ReadProblem> {
  try {
    const handle = await open(file, READ_FLAGS);
    try {
      const problem = whyUnreadable(await handle.stat());
      return problem === null ? sourceOf(await handle.readFile()) : { problem };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { problem: describeFailure(error) };
  }
}

/** Every synchronous read goes through this buffer; texts are copied out of it. */
let scratch: Buffer | undefined;

/**
 * Does the same for a process that has nothing else to do meanwhile: an eighth of the time of
 * promises on files of a few KB.
 */
export function readSourceSync(file: string): SourceText | ReadProblem {
  try {
    const descriptor = openSync(file, READ_FLAGS);
    try {
      const problem = whyUnreadable(fstatSync(descriptor));
      if (problem !== null) return { problem };
      scratch ??= Buffer.allocUnsafeSlow(MAX_SOURCE_BYTES);
      let length = 0;
      for (;;) {
        const got = readSync(descriptor, scratch, length, scratch.length - length, null);
        length += got;
        if (got === 0 || length === scratch.length) break;
      }
      return sourceOf(scratch.subarray(0, length));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { problem: describeFailure(error) };
  }
}

/** @returns the bytes a text is stored as, byte order mark included. */
export function encode(text: string, encoding: SourceEncoding): Buffer {
  if (encoding === 'utf8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf8bom') return Buffer.from(`\uFEFF${text}`, 'utf8');
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return encoding === 'utf16le' ? bytes : bytes.swap16();
}

function whyUnreadable(entry: Stats): string | null {
  if (entry.isDirectory()) return 'is a folder; a file was expected.';
  if (!entry.isFile()) return 'is not a regular file.';
  if (entry.size <= MAX_SOURCE_BYTES) return null;
  const size = (entry.size / 1024 / 1024).toFixed(1);
  const limit = MAX_SOURCE_BYTES / 1024 / 1024;
  return `is too large: ${size} MB; files up to ${limit} MB are analysed. Add it to "ignores" in slowpath.yaml to silence this.`;
}

function sourceOf(bytes: Buffer): SourceText | ReadProblem {
  const encoding = encodingOf(bytes);
  if (!encoding.startsWith('utf16') && bytes.subarray(0, BINARY_CHECK_BYTES).includes(0)) {
    return {
      problem: `is a binary file: there are NUL bytes among its first ${BINARY_CHECK_BYTES}.`,
    };
  }
  return { text: decode(bytes, encoding), encoding, bytes: bytes.length };
}

function encodingOf(bytes: Buffer): SourceEncoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf8bom';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf16be';
  return 'utf8';
}

function decode(bytes: Buffer, encoding: SourceEncoding): string {
  if (encoding === 'utf8') return bytes.toString('utf8');
  if (encoding === 'utf8bom') return bytes.toString('utf8', 3);
  if (encoding === 'utf16le') return bytes.toString('utf16le', 2);
  // A lone last byte is not a code unit; `swap16` wants pairs.
  return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}
