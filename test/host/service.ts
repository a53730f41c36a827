import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cleanEnvironment } from './sample';

/** The sample service, running. */
export interface Service {
  url: string;
  /** Ends it as Ctrl+C does, and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Starts the service of a copy of the sample with `npm start`, on a free port.
 * @throws when it ends before it listens
 */
export async function startService(folder: string): Promise<Service> {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...cleanEnvironment(), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // leads its own process group, so that npm and what it starts end together
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    const running = child.exitCode === null && child.signalCode === null;
    if (running && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (\S+)$/.exec(line)?.[1];
    if (url) {
      child.stdout.resume(); // a full pipe would stop the service
      return { url, stop };
    }
  }
  throw new Error('The service ended before it listened; its output is above.');
}
