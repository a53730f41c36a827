import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunEvent, RunRecord } from '../agent/types';
import { loadConfig } from '../config/load-config';
import { SerialQueue } from './serial-queue';

export type RunSummary = Pick<
  RunRecord,
  'workflowId' | 'status' | 'createdAt' | 'finishedAt' | 'fingerprint'
> & { title: string };

/**
 * Finished runs in the data folder: `history.jsonl` (one record a line), `history-index.json` (what
 * the list shows), `events/<id>.jsonl` and `reports/<id>.md.gz`.
 */
export class HistoryStore {
  private readonly historyFile: string;
  private readonly indexFile: string;
  private readonly eventsFolder: string;
  private readonly reportsFolder: string;
  private readonly writes = new SerialQueue();

  constructor(dataDir: string) {
    this.historyFile = join(dataDir, 'history.jsonl');
    this.indexFile = join(dataDir, 'history-index.json');
    this.eventsFolder = join(dataDir, 'events');
    this.reportsFolder = join(dataDir, 'reports');
    mkdirSync(this.eventsFolder, { recursive: true });
    mkdirSync(this.reportsFolder, { recursive: true });
  }

  /** Stores a finished run with its events. Saves do not overlap. */
  save(record: RunRecord, events: readonly RunEvent[]): Promise<void> {
    return this.writes.run(async () => {
      await this.saveEvents(record.workflowId, events);
      if (record.result !== null) await this.saveReport(record.workflowId, record.result);
      await this.saveRecord(record);
    });
  }

  private async saveRecord(record: RunRecord): Promise<void> {
    appendFileSync(this.historyFile, `${JSON.stringify(record)}\n`);
    const { workflowId, status, createdAt, finishedAt, fingerprint } = record;
    const title = record.task.slice(0, 80);
    let index: RunSummary[] = [];
    if (existsSync(this.indexFile)) {
      index = JSON.parse(readFileSync(this.indexFile, 'utf8')) as RunSummary[];
    }
    index.push({ workflowId, status, createdAt, finishedAt, fingerprint, title });
    const { history } = loadConfig();
    index = index.slice(-history.max_entries);
    // Written beside the index and renamed, so that a reader never sees half a file.
    writeFileSync(`${this.indexFile}.tmp`, JSON.stringify(index, null, 2));
    renameSync(`${this.indexFile}.tmp`, this.indexFile);
  }

  private async saveEvents(id: string, events: readonly RunEvent[]): Promise<void> {
    const file = join(this.eventsFolder, `${id}.jsonl`);
    for (const event of events) {
      await appendFile(file, `${JSON.stringify(event)}\n`);
    }
  }

  private async saveReport(id: string, report: string): Promise<void> {
    const compressed = gzipSync(report, { level: 9 });
    writeFileSync(join(this.reportsFolder, `${id}.md.gz`), compressed);
  }

  /** Summaries of stored runs, the newest first. */
  async list(offset: number, limit: number): Promise<{ total: number; items: RunSummary[] }> {
    if (!existsSync(this.indexFile)) return { total: 0, items: [] };
    const index = JSON.parse(readFileSync(this.indexFile, 'utf8')) as RunSummary[];
    return { total: index.length, items: index.reverse().slice(offset, offset + limit) };
  }

  /** The stored record of a run, or undefined if the history does not have it. */
  async getExecutionById(workflowId: string): Promise<RunRecord | undefined> {
    if (!existsSync(this.historyFile)) return undefined;
    const lines = readFileSync(this.historyFile, 'utf8').split('\n');
    lines.pop(); // what follows the last line break: nothing, or a record still being written
    for (const line of lines) {
      const entry = JSON.parse(line) as RunRecord;
      if (entry.workflowId === workflowId) return entry;
    }
    return undefined;
  }

  /** The events of a stored run in their order, or undefined if there are none. */
  async getEvents(id: string): Promise<RunEvent[] | undefined> {
    const file = join(this.eventsFolder, `${id}.jsonl`);
    if (!existsSync(file)) return undefined;
    const text = readFileSync(file, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RunEvent);
  }

  /** The report of a stored run as Markdown, or undefined if it has none. */
  async getReport(id: string): Promise<string | undefined> {
    const file = join(this.reportsFolder, `${id}.md.gz`);
    if (!existsSync(file)) return undefined;
    return gunzipSync(readFileSync(file)).toString('utf8');
  }
}
