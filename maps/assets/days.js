/**
 * Days: in words, and gathered into bars of one width. A day is written as in records, "2020-03-05".
 */
"use strict";

placelines.days = (() => {
  const DAY = 86_400_000; // milliseconds
  const MOST_BINS = 60;
  const SINCE_MONDAY = 3; // 1 January 1970, day 0, was a Thursday
  const [FIRST, LAST] = ["0001-01-01", "9999-12-31"]; // the days that there are: those of datetime.date
  const YEARS = [1, 2, 5, 10, 20, 50, 100, 200];

  const numberOf = (day) => Date.parse(`${day}T00:00:00Z`) / DAY;
  const dayOf = (number) => new Date(number * DAY).toISOString().slice(0, 10);
  const month = (number) => new Date(number * DAY).getUTCFullYear() * 12 + new Date(number * DAY).getUTCMonth();

  /** First day of a month, counted from January of the year 0: Date.UTC would take years below 100 for later ones. */
  const firstOfMonth = (count) => new Date(0).setUTCFullYear(0, count, 1) / DAY;

  /** Widths that a bar may have: which bar a day is in, and the first day of a bar. */
  const UNITS = [
    { of: (number) => number, first: (bar) => bar },
    { of: (number) => Math.floor((number + SINCE_MONDAY) / 7), first: (bar) => 7 * bar - SINCE_MONDAY },
    { of: month, first: firstOfMonth },
    ...YEARS.map((years) => ({
      of: (number) => Math.floor(month(number) / (12 * years)),
      first: (bar) => firstOfMonth(12 * years * bar),
    })),
  ];

  const formatter = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  const FORMATS = {
    day: formatter({ day: "numeric", month: "long", year: "numeric" }),
    dayOfYear: formatter({ day: "numeric", month: "long" }),
    month: formatter({ month: "long", year: "numeric" }),
    tick: formatter({ day: "numeric", month: "short" }),
    tickWithYear: formatter({ day: "numeric", month: "short", year: "numeric" }),
    tickMonth: formatter({ month: "short", year: "numeric" }),
    year: formatter({ year: "numeric" }),
  };
  const format = (name, day) => FORMATS[name].format(numberOf(day) * DAY);

  /** A day in words: "5 March 2020". */
  const day = (iso) => format("day", iso);

  const nextDay = (iso) => dayOf(numberOf(iso) + 1);

  /** Days in words, as short as they can be said: "5–11 March 2020", "March 2020", "2019–2021". */
  function span(from, to) {
    const [isYear, isMonth, isDay] = [4, 7, 10].map((length) => from.slice(0, length) === to.slice(0, length));
    if (isDay) return day(to);
    if (from.endsWith("-01-01") && to.endsWith("-12-31")) {
      return isYear ? format("year", to) : `${format("year", from)}–${format("year", to)}`;
    }
    const isWhole = from.endsWith("-01") && to < LAST && nextDay(to).endsWith("-01");
    if (isMonth) return isWhole ? format("month", to) : `${Number(from.slice(8))}–${day(to)}`;
    return `${format(isYear ? "dayOfYear" : "day", from)} – ${day(to)}`;
  }

  /**
   * Gather days into at most 60 bars without gaps, each { from, to }, both included; none where all are one day.
   *
   * Days that are null are left out.
   */
  function binned(days) {
    const known = days.filter((each) => each !== null).sort();
    if (known.length === 0 || known[0] === known.at(-1)) return [];
    const [earliest, latest] = [numberOf(known[0]), numberOf(known.at(-1))];
    const { of, first } = UNITS.find((unit) => unit.of(latest) - unit.of(earliest) < MOST_BINS);
    const bins = [];
    for (let bar = of(earliest); bar <= of(latest); bar++) {
      bins.push({
        from: dayOf(Math.max(first(bar), numberOf(FIRST))),
        to: dayOf(Math.min(first(bar + 1) - 1, numberOf(LAST))),
      });
    }
    return bins;
  }

  /** What stands below a bar: its first day, with the year if asked for; its month or year where it is a whole one. */
  function tick({ from, to }, withYear) {
    if (from.endsWith("-01-01") && to.endsWith("-12-31")) return format("year", from);
    if (from.endsWith("-01") && from !== to && nextDay(to).endsWith("-01")) return format("tickMonth", from);
    return format(withYear ? "tickWithYear" : "tick", from);
  }

  return { binned, day, span, tick };
})();
