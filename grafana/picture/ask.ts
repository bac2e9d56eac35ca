// A panel's queries as Grafana would send them: its variables put in, at the step of the picture.

/** What stands in a drop-down, and how far apart scrapes are. */
export type Choices = {
  /** Variable → what is matched; a variable that is not named matches everything. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly scrapeSeconds: number;
  readonly stepSeconds: number;
  readonly rangeSeconds: number;
};

const everything = '.+';

/** @see https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/ */
export function asSent(expr: string, choices: Choices): string {
  const { chosen, scrapeSeconds, stepSeconds, rangeSeconds } = choices;
  const own: Readonly<Record<string, string>> = {
    __rate_interval: `${Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds)}s`,
    __interval: `${stepSeconds}s`,
    __range: `${rangeSeconds}s`,
  };
  return expr.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? '';
      return own[name] ?? chosen[name] ?? everything;
    },
  );
}
