import { ChangeDetectionStrategy, Component } from '@angular/core';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Values as a path from left to right; each the same step from the next. */
function path(values: readonly number[], width: number, height: number, top: number): string {
  const points = values.map<Point>((value, i) => ({ x: (i / (values.length - 1)) * width, y: height - (value / top) * height }));
  return `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

const online = [64, 71, 56, 51, 66, 68, 67, 70, 76, 61, 56, 73, 76, 78, 81, 86, 69, 64, 82, 84, 92, 104, 78, 68, 88, 91, 90, 96, 95];
const stores = [37, 33, 46, 50, 42, 36, 34, 38, 44, 49, 45, 41, 40, 37, 35, 47, 53, 43, 40, 42, 37, 48, 53, 42, 39, 40, 38, 36, 33];
const before = [56, 57, 61, 66, 49, 45, 57, 58, 62, 64, 55, 50, 57, 61, 65, 65, 51, 47, 63, 60, 63, 62, 67, 63, 51, 47, 64, 67, 65];

/** A board that looks alive and does nothing: what one signs in to. Only a picture, so nobody is told of it twice. */
@Component({
  selector: 'app-showcase',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', inert: '' },
  templateUrl: './showcase.html',
  styleUrl: './showcase.css',
})
export class Showcase {
  protected readonly chart = { online: path(online, 480, 172, 120), stores: path(stores, 480, 172, 120), before: path(before, 480, 172, 120) };
  protected readonly figures = [
    { name: 'Revenue', value: '€3.51', unit: 'M', change: '↑ 12.4%', from: 'from €3.12M', good: true, line: path([20, 26, 22, 30, 28, 34, 40, 37, 45, 50, 48, 56, 62], 110, 34, 66) },
    { name: 'Orders', value: '38,412', unit: '', change: '↑ 4.1%', from: 'from 36,899', good: true, line: path([24, 28, 25, 33, 31, 30, 38, 41, 39, 45, 44, 50, 56], 110, 34, 66) },
    { name: 'Conversion', value: '3.18', unit: '%', change: '↓ 0.3 pt', from: 'from 3.48%', good: false, line: path([52, 56, 48, 50, 44, 46, 39, 41, 36, 30, 33, 28, 26], 110, 34, 66) },
  ];
  protected readonly countries = [
    { name: 'Germany', width: 92 }, { name: 'France', width: 74 }, { name: 'Spain', width: 48, grows: true }, { name: 'Italy', width: 44 },
    { name: 'Poland', width: 37 }, { name: 'Austria', width: 24 }, { name: 'Belgium', width: 18 },
  ];
  protected readonly orders = [
    { id: 'ORD-4821', customer: 'Nordlicht GmbH', state: 'Shipped', value: '18,240', width: 58 }, { id: 'ORD-4820', customer: 'Atelier Brun', state: 'Waiting', value: '6,915', width: 22, held: true },
    { id: 'ORD-4819', customer: 'Casa Verde', state: 'Shipped', value: '12,480', width: 40 }, { id: 'ORD-4818', customer: 'Hafen & Co', state: 'Blocked', value: '31,070', width: 100 },
    { id: 'ORD-4817', customer: 'Lumen AG', state: 'Draft', value: '2,360', width: 8 }, { id: 'ORD-4816', customer: 'Fabrika Nowa', state: 'Shipped', value: '9,720', width: 31 },
    { id: 'ORD-4815', customer: 'Maison Lévy', state: 'Shipped', value: '8,140', width: 26 }, { id: 'ORD-4814', customer: 'Bottega Rossi', state: 'Shipped', value: '4,480', width: 14 },
  ];
}
