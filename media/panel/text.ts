import { PANEL_STRINGS, type StringKey } from '../../shared/timingStrings';

/** Turns keys and figures into text for the reader's language. */
export class Text {
  private strings: Record<string, string> = PANEL_STRINGS;
  private locale: string | undefined;

  /** Takes over translations; unknown locales leave the formats as they are. */
  use(strings: Record<string, string>, locale: string): void {
    this.strings = { ...PANEL_STRINGS, ...strings };
    this.locale = Intl.DateTimeFormat.supportedLocalesOf([locale])[0];
  }

  say(key: StringKey, ...values: (string | number)[]): string {
    const text = this.strings[key] ?? PANEL_STRINGS[key];
    return text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)] ?? ''));
  }

  count(value: number): string {
    return value.toLocaleString(this.locale);
  }

  /** A duration in ms with about three significant figures; `null` is a dash. */
  ms(value: number | null): string {
    if (value === null) return '–';
    const digits = value < 10 ? 2 : value < 1000 ? 1 : 0;
    const format: Intl.NumberFormatOptions =
      value < 1
        ? { maximumSignificantDigits: 3 }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return `${value.toLocaleString(this.locale, format)} ms`;
  }

  percent(share: number | null): string {
    if (share === null) return '–';
    return share.toLocaleString(this.locale, { style: 'percent', maximumFractionDigits: 1 });
  }

  time(t: number): string {
    return new Date(t).toLocaleTimeString(this.locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
  }

  dateTime(t: number): string {
    return new Date(t).toLocaleString(this.locale);
  }

  bytes(value: number): string {
    const [size, unit] =
      value < 1e3
        ? [value, 'byte']
        : value < 1e6
          ? [value / 1e3, 'kilobyte']
          : [value / 1e6, 'megabyte'];
    return (size as number).toLocaleString(this.locale, {
      style: 'unit',
      unit: unit as string,
      maximumFractionDigits: 1,
    });
  }
}
