/** What `configureProfiling` takes. */
export interface ProfilingOptions {
  /**
   * Folder of the log, `.slowpath/timings` in the working folder by default. The environment
   * variable `SLOWPATH_TIMINGS_DIR` wins over it.
   */
  directory?: string;
  /**
   * Name of the run and of its file: letters, digits, `.`, `_` and `-`. By default the start time
   * (UTC) and the process id, which sorts by age.
   */
  run?: string;
  /** Duration in ms beyond which an operation counts as slow, 100 by default. */
  thresholdMs?: number;
  /** Whether anything is recorded. `SLOWPATH_TIMINGS=off` in the environment wins over it. */
  enabled?: boolean;
  /** Longest time in ms that a record waits before its batch is written, 500 by default. */
  flushIntervalMs?: number;
  /** Receives the warning that the log cannot be written; by default a Node.js process warning. */
  onWarning?: (message: string) => void;
}

export type Settings = Required<Omit<ProfilingOptions, 'onWarning'>> &
  Pick<ProfilingOptions, 'onWarning'>;

/** The settings that hold before `configureProfiling` is called. */
export function defaultSettings(): Settings {
  return withEnvironment({
    directory: '.slowpath/timings',
    run: defaultRun(),
    thresholdMs: 100,
    enabled: true,
    flushIntervalMs: 500,
  });
}

/**
 * Settings with some options changed.
 *
 * @throws RangeError naming the option whose value is not possible.
 */
export function mergeSettings(current: Settings, options: ProfilingOptions): Settings {
  if (options.run !== undefined && !/^[\w.-]{1,200}$/.test(options.run)) {
    throw new RangeError(
      `Expected the option run as 1 to 200 letters, digits, '.', '_' and '-', found ${JSON.stringify(options.run)}. It names the log file.`,
    );
  }
  for (const key of ['thresholdMs', 'flushIntervalMs'] as const) {
    const value = options[key];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(
        `Expected the option ${key} as a number of ms that is not negative, found ${value}.`,
      );
    }
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return withEnvironment({ ...current, ...Object.fromEntries(given) });
}

/** Whoever operates the process has the last word. */
function withEnvironment(settings: Settings): Settings {
  const directory = process.env.SLOWPATH_TIMINGS_DIR || settings.directory;
  const enabled = settings.enabled && process.env.SLOWPATH_TIMINGS !== 'off';
  return { ...settings, directory, enabled };
}

function defaultRun(): string {
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '');
  return `${stamp}-${process.pid}`;
}
