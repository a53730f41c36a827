import uPlot from 'uplot';
import type { Chart } from '../../shared/timings';
import { element } from './dom';
import type { Text } from './text';
import { type ChartColors, chartColors, onThemeChange } from './theme';

const HEIGHT = 240;
/** A threshold this many times above the data is named but not drawn: it would flatten the data. */
const THRESHOLD_REACH = 4;

/** Draws latency buckets; series are told apart by dash and width too, not by colour alone. */
export class LatencyChart {
  readonly root = element('div', { class: 'chart', 'aria-hidden': 'true' });
  private plot: uPlot | null = null;
  private axis: Chart['axis'] | null = null;
  private colors: ChartColors = chartColors();
  private shown: Chart | null = null;

  constructor(private readonly text: Text) {
    onThemeChange(() => {
      this.colors = chartColors();
      this.rebuild();
    });
    new ResizeObserver(() => this.fit()).observe(this.root);
  }

  /** Width in CSS pixels that the next chart will have. */
  get width(): number {
    return Math.max(this.root.clientWidth, 200);
  }

  render(chart: Chart | null): void {
    this.shown = chart;
    if (chart === null) {
      this.destroy();
      return;
    }
    if (this.plot === null || this.axis !== chart.axis) this.rebuild();
    else this.plot.setData(dataOf(chart));
  }

  private rebuild(): void {
    this.destroy();
    if (this.shown === null) return;
    this.axis = this.shown.axis;
    this.plot = new uPlot(this.options(this.shown.axis), dataOf(this.shown), this.root);
  }

  private destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private fit(): void {
    if (this.plot !== null && this.plot.width !== this.width) {
      this.plot.setSize({ width: this.width, height: HEIGHT });
    }
  }

  private options(axis: Chart['axis']): uPlot.Options {
    const { text } = this;
    const ms = (_: uPlot, value: number | null): string => text.ms(value);
    const axisStyle = {
      stroke: () => this.colors.foreground,
      grid: { stroke: () => this.colors.grid, width: 1 },
      ticks: { stroke: () => this.colors.grid, width: 1 },
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
    };
    const at = (_: uPlot, value: number | null): string =>
      value === null ? '–' : axis === 'time' ? text.time(value) : text.count(Math.round(value));
    return {
      width: this.width,
      height: HEIGHT,
      ms: 1,
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: axis === 'time' }, y: { range: () => this.yRange() } },
      axes: [
        axisStyle,
        {
          ...axisStyle,
          size: 72,
          values: (_, splits) => splits.map((split) => `${text.count(split)} ms`),
        },
      ],
      series: [
        { label: text.say(axis === 'time' ? 'time' : 'record'), value: at },
        { label: text.say('max'), stroke: () => this.colors.max, width: 1, value: ms },
        {
          label: text.say('p95'),
          stroke: () => this.colors.p95,
          width: 2,
          dash: [4, 3],
          value: ms,
        },
        { label: text.say('median'), stroke: () => this.colors.median, width: 2, value: ms },
        { label: text.say('min'), stroke: () => this.colors.max, width: 1, value: ms },
        {
          label: text.say('threshold'),
          stroke: () => this.colors.threshold,
          width: 2,
          dash: [10, 4],
          points: { show: false },
          value: ms,
        },
      ],
      bands: [{ series: [1, 4], fill: () => this.colors.band }],
    };
  }

  private yRange(): uPlot.Range.MinMax {
    const highest = (this.shown?.max ?? []).reduce((top, value) => Math.max(top, value), 0);
    const threshold = this.shown?.thresholdMs ?? null;
    const drawn = threshold !== null && threshold <= highest * THRESHOLD_REACH ? threshold : 0;
    return [0, Math.max(highest, drawn) * 1.05 || 1];
  }
}

function dataOf(chart: Chart): uPlot.AlignedData {
  const threshold = chart.x.map(() => chart.thresholdMs);
  return [chart.x, chart.max, chart.p95, chart.median, chart.min, threshold];
}
