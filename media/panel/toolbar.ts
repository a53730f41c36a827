import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { RunFile } from '../../shared/timings';
import { element, setText } from './dom';
import type { PanelModel } from './model';
import type { Text } from './text';

export interface ToolbarActions {
  chooseFile(file: string): void;
  pickFile(): void;
  chooseRun(run: number | null): void;
  filter(text: string): void;
  follow(on: boolean): void;
}

const ALL_RUNS = 'all';

/** Log picker, run picker, filter and live switch. */
export class Toolbar {
  readonly root: HTMLElement;
  private readonly files = document.createElement('vscode-single-select');
  private readonly runs = document.createElement('vscode-single-select');
  private readonly openFile = document.createElement('vscode-button');
  private readonly filter = document.createElement('vscode-textfield');
  private readonly follow = document.createElement('vscode-checkbox');
  private readonly waiting = element('span', { class: 'waiting', role: 'status' });
  private shownFiles = '';
  private shownRuns = '';

  constructor(
    private readonly text: Text,
    actions: ToolbarActions,
  ) {
    this.files.className = 'files';
    this.runs.className = 'runs';
    this.filter.className = 'filter';
    this.filter.setAttribute('type', 'search');
    this.files.addEventListener('change', () => actions.chooseFile(this.files.value));
    this.runs.addEventListener('change', () => {
      actions.chooseRun(this.runs.value === ALL_RUNS ? null : Number(this.runs.value));
    });
    this.openFile.setAttribute('secondary', '');
    this.openFile.addEventListener('click', () => actions.pickFile());
    this.filter.addEventListener('input', () => actions.filter(this.filter.value));
    this.follow.addEventListener('change', () => actions.follow(this.follow.checked));
    const parts = [this.files, this.runs, this.openFile, this.filter, this.follow, this.waiting];
    this.root = element('div', { class: 'toolbar' }, ...parts);
  }

  render(model: PanelModel): void {
    this.renderFiles(model);
    this.renderRuns(model);
    const { text } = this;
    setText(this.openFile, text.say('openFile'));
    this.filter.label = text.say('filter');
    this.filter.placeholder = text.say('filter');
    if (this.filter.value !== model.filter) this.filter.value = model.filter;
    this.follow.label = text.say('follow');
    this.follow.checked = !model.frozen;
    setText(this.waiting, model.waiting ? text.say('waiting') : '');
    const open = model.file !== null;
    this.filter.hidden = !open;
    this.follow.hidden = !open;
  }

  /** The picker is filled only when its entries changed: filling closes an open list. */
  private renderFiles(model: PanelModel): void {
    const entries = entriesOf(model);
    const options = entries.map((run) => ({
      value: run.file,
      label: this.describe(run),
      description: run.label,
      selected: run.file === model.file,
    }));
    this.files.label = this.text.say('log');
    this.files.hidden = options.length === 0;
    const key = JSON.stringify(options.map(({ value, selected }) => [value, selected]));
    if (key === this.shownFiles) return;
    this.shownFiles = key;
    this.files.options = options;
    if (model.file !== null) this.files.value = model.file;
  }

  private describe(run: RunFile): string {
    const name = run.label.split('/').at(-1)!;
    if (Number.isNaN(run.modified)) return name;
    return `${name} (${this.text.dateTime(run.modified)}, ${this.text.bytes(run.bytes)})`;
  }

  private renderRuns({ view, run }: PanelModel): void {
    const runs = view?.runs ?? [];
    this.runs.label = this.text.say('run');
    this.runs.hidden = runs.length < 2;
    const all = { value: ALL_RUNS, label: this.text.say('allRuns', runs.length), selected: false };
    const each = runs.map(({ run: name }, index) => ({
      value: String(index),
      label: name,
      selected: index === run,
    }));
    const key = JSON.stringify([each]);
    if (key === this.shownRuns) return;
    this.shownRuns = key;
    this.runs.options = [{ ...all, selected: run === null }, ...each];
    this.runs.value = run === null ? ALL_RUNS : String(run);
  }
}

/** The listed logs, and before them the open one where it was picked from elsewhere. */
function entriesOf({ runs, file }: PanelModel): RunFile[] {
  const listed = runs ?? [];
  if (file === null || listed.some((run) => run.file === file)) return listed;
  const label = file.split(/[\\/]/).at(-1)!;
  return [{ file, label, bytes: 0, modified: Number.NaN }, ...listed];
}
