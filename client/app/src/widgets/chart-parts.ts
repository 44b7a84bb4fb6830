import { graphic } from 'echarts/core';
import type { ChartTheme } from './chart-theme';

/** Axis labels as the tokens say: 11 px, the third text color. */
export const axisText = (theme: ChartTheme) => ({ color: theme.text3, fontSize: 11, fontFamily: theme.font });

/** A tooltip that looks like the others of the page. */
export const tooltipStyle = (theme: ChartTheme) => ({
  backgroundColor: theme.raised, borderWidth: 1, borderColor: theme.line, padding: [8, 10], textStyle: { color: theme.text, fontSize: 12, fontFamily: theme.font },
  confine: true, transitionDuration: 0.08, extraCssText: '', appendTo: undefined,
});

/** A vertical fading of a hex color, from the one opacity at the top to the other at the bottom. */
export function fade(hex: string, top: number, bottom: number): unknown {
  const rgb = [1, 3, 5].map((at) => String(parseInt(hex.slice(at, at + 2), 16))).join(',');
  return new graphic.LinearGradient(0, 0, 0, 1, [{ offset: 0, color: `rgba(${rgb},${String(top)})` }, { offset: 1, color: `rgba(${rgb},${String(bottom)})` }]);
}

/** The inside of a tooltip, built as elements: what people typed is never markup, and no style stands in it that a CSP would refuse. */
export function tooltipElement(when: string, rows: readonly { readonly color: string; readonly name: string; readonly value: string }[]): HTMLElement {
  const root = document.createElement('div');
  root.className = 'chart-tip';
  const heading = root.appendChild(document.createElement('div'));
  heading.className = 'when';
  heading.textContent = when;
  for (const { color, name, value } of rows) {
    const row = root.appendChild(document.createElement('div'));
    row.className = 'entry';
    const key = row.appendChild(document.createElement('i'));
    key.style.background = color;
    row.appendChild(document.createElement('span')).textContent = name;
    row.appendChild(document.createElement('b')).textContent = value;
  }
  return root;
}
