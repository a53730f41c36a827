import type { Connection } from 'vscode-languageserver/node';
import { SEVERITIES, type Severity, TIERS } from '../../../shared/finding';
import {
  DEFAULT_SETTINGS,
  SETTINGS_SECTION,
  type SlowpathSettings,
} from '../../../shared/settings';
import type { ClientSupport } from './client';
import { messages } from './messages';
import { describe } from './runSafe';

/** The client's settings, asked for once per folder and kept until the client says they changed. */
export class Settings {
  readonly #connection: Connection;
  readonly #client: ClientSupport;
  readonly #cache = new Map<string, Promise<SlowpathSettings>>();
  #pushed: unknown;

  /** @param initial settings from `initializationOptions`, for clients that cannot be asked */
  constructor(connection: Connection, client: ClientSupport, initial: unknown) {
    this.#connection = connection;
    this.#client = client;
    this.#pushed = initial;
  }

  /** @param scope URI of the folder; `undefined` for documents of no folder */
  get(scope: string | undefined): Promise<SlowpathSettings> {
    const key = scope ?? '';
    let settings = this.#cache.get(key);
    if (settings === undefined) {
      settings = this.#ask(scope);
      this.#cache.set(key, settings);
    }
    return settings;
  }

  /** @param pushed what `workspace/didChangeConfiguration` carried; for clients that cannot be asked */
  invalidate(pushed: unknown): void {
    this.#cache.clear();
    const section = (pushed as Record<string, unknown> | null)?.[SETTINGS_SECTION];
    if (section !== undefined) this.#pushed = section;
  }

  async #ask(scope: string | undefined): Promise<SlowpathSettings> {
    if (!this.#client.configuration) return readSettings(this.#pushed);
    const item = { section: SETTINGS_SECTION, ...(scope === undefined ? {} : { scopeUri: scope }) };
    try {
      return readSettings(await this.#connection.workspace.getConfiguration(item));
    } catch (error) {
      this.#connection.console.error(messages.handlerFailed(item.section, describe(error)));
      return readSettings(this.#pushed);
    }
  }
}

/** @returns the settings with the default in place of everything that is missing or of a wrong type */
export function readSettings(raw: unknown): SlowpathSettings {
  const given = isRecord(raw) ? raw : {};
  return {
    enable: boolean(given.enable, DEFAULT_SETTINGS.enable),
    run: given.run === 'onSave' || given.run === 'onType' ? given.run : DEFAULT_SETTINGS.run,
    minTier: TIERS.find((tier) => tier === given.minTier) ?? DEFAULT_SETTINGS.minTier,
    rules: readRules(given.rules),
    scanWorkspace: boolean(given.scanWorkspace, DEFAULT_SETTINGS.scanWorkspace),
  };
}

function readRules(raw: unknown): Record<string, Severity | 'off'> {
  const rules: Record<string, Severity | 'off'> = {};
  for (const [rule, value] of Object.entries(isRecord(raw) ? raw : {})) {
    const severity = [...SEVERITIES, 'off' as const].find((known) => known === value);
    if (severity !== undefined) rules[rule] = severity;
  }
  return rules;
}

function boolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
