const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'], [/\b(?:OPR|Opera)\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\b(?:Firefox|FxiOS)\//, 'Firefox'], [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'], [/\bSafari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\bCrOS\b/, 'ChromeOS'], [/\bMacintosh\b|\bMac OS\b/, 'Mac'], [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** A device as people say it, by what it calls itself: "Firefox, Windows". */
export function deviceWords(agent: string | null): string {
  const found = (list: typeof browsers): string | undefined => list.find(([pattern]) => pattern.test(agent ?? ''))?.[1];
  const words = [found(browsers), found(systems)].filter((word) => word !== undefined).join(', ');
  return words !== '' ? words : agent === null || agent === '' ? 'Unknown device' : 'A program';
}

/** Whether it is held in a hand. */
export const isHandheld = (agent: string | null): boolean => /\b(?:iPhone|iPad|Android|Mobile)\b/.test(agent ?? '');
