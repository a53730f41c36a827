import type { FastifyBaseLogger } from 'fastify';
import { loadConfig } from '../../config/load-config';
import { loadTemplate, renderTemplate } from '../../config/prompt-templates';
import type { Run } from '../run';
import { compileScript } from '../script-compiler';
import type { ToolName } from '../types';
import { searchDocuments } from './document-search';
import { fencedScript, numberSummary, wordStats } from './text-tools';

/** Runs one tool of a run's plan and returns its output. */
export async function runTool(tool: ToolName, run: Run, log: FastifyBaseLogger): Promise<unknown> {
  switch (tool) {
    case 'word_stats':
      return wordStats(run.task);
    case 'number_summary':
      return numberSummary(run.task);
    case 'search_documents': {
      const { tools } = loadConfig();
      const start = performance.now();
      const hits = await searchDocuments(run.task, tools.max_document_hits);
      log.debug(`document search took ${(performance.now() - start).toFixed(1)}ms`);
      return hits;
    }
    case 'compile_script':
      return compileScript(fencedScript(run.task) ?? '');
    case 'render_report':
      return renderReport(run);
  }
}

async function renderReport(run: Run): Promise<string> {
  const { agent } = loadConfig();
  const sections = run.steps.map(
    (step) => `## ${step.tool}\n\n\`\`\`json\n${JSON.stringify(step.output, null, 2)}\n\`\`\``,
  );
  return renderTemplate(
    await loadTemplate('report'),
    {
      title: run.task.split('\n', 1)[0]?.slice(0, 80) ?? '',
      complexity: run.decision?.complexity ?? 'simple',
      strategy: run.decision?.strategy ?? 'sequential',
      agent: agent.name,
    },
    { steps: sections },
  );
}
