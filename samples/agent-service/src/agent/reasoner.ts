import { loadConfig } from '../config/load-config';
import { contentWords, tokenize } from './tokenizer';
import type { Complexity, Decision, ToolName } from './types';

type Analyzer = (task: string) => Complexity;
type Router = (task: string, enabled: readonly ToolName[]) => ToolName[];
type Strategist = (complexity: Complexity) => Decision['strategy'];

/** Modules are shared by all reasoners of the process that have the same signature flags. */
const moduleCache = new Map<string, unknown>();

function cachedModule<T>(key: string, create: () => T): T {
  const existing = moduleCache.get(key);
  if (existing !== undefined) return existing as T;
  const created = create();
  moduleCache.set(key, created);
  return created;
}

function createAnalyzer(enhanced: boolean): Analyzer {
  return (task) => {
    const words = enhanced ? new Set(contentWords(task)).size : tokenize(task).length;
    if (words <= 8) return 'simple';
    return words <= 60 ? 'standard' : 'complex';
  };
}

function createRouter(typed: boolean): Router {
  return (task, enabled) => {
    const wanted: ToolName[] = ['word_stats'];
    if (/\d/.test(task)) wanted.push('number_summary');
    if (/\?|\b(find|search|explain|how|what|why|describe)\b/i.test(task)) {
      wanted.push('search_documents');
    }
    if (typed ? /```ts\b/.test(task) : /```(ts|typescript)\b/.test(task)) {
      wanted.push('compile_script');
    }
    wanted.push('render_report');
    return wanted.filter((tool) => enabled.includes(tool));
  };
}

function createStrategist(): Strategist {
  return (complexity) => (complexity === 'complex' ? 'divided' : 'sequential');
}

/** Decides how a task is worked on: how complex it is, which tools run, in which order. */
export class Reasoner {
  private readonly enhanced: boolean;
  private readonly typed: boolean;
  private readonly decisions = new Map<string, Decision>();

  constructor(enhanced: boolean, typed: boolean) {
    this.enhanced = enhanced;
    this.typed = typed;
  }

  /** Plans a task; the plan never exceeds the configured number of steps. */
  decide(task: string): Decision {
    const { tools, workflow } = loadConfig();
    const known = this.decisions.get(
      `${task.trim()}|${tools.enabled.join(',')}|${workflow.max_steps}`,
    );
    if (known) return known;
    const { analyze, route, chooseStrategy } = this.modules();
    const complexity = analyze(task);
    const decision: Decision = {
      complexity,
      strategy: chooseStrategy(complexity),
      steps: route(task, tools.enabled).slice(0, workflow.max_steps),
    };
    this.remember(`${task.trim()}|${tools.enabled.join(',')}|${workflow.max_steps}`, decision);
    return decision;
  }

  private modules(): { analyze: Analyzer; route: Router; chooseStrategy: Strategist } {
    const typedSuffix = this.typed ? '_typed' : '';
    const cacheKeyPrefix = this.enhanced ? `enhanced${typedSuffix}` : `standard${typedSuffix}`;
    const analyzerKey = `${cacheKeyPrefix}_analyzer`;
    const routerKey = `${cacheKeyPrefix}_router`;
    const strategyKey = `${cacheKeyPrefix}_strategy`;
    return {
      analyze: cachedModule(analyzerKey, () => createAnalyzer(this.enhanced)),
      route: cachedModule(routerKey, () => createRouter(this.typed)),
      chooseStrategy: cachedModule(strategyKey, createStrategist),
    };
  }

  private remember(key: string, decision: Decision): void {
    if (this.decisions.size >= 500) {
      const oldest = this.decisions.keys().next().value;
      if (oldest !== undefined) this.decisions.delete(oldest);
    }
    this.decisions.set(key, decision);
  }
}
