/** A place in a grid of cells: row and column, from 0. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** The cells from one corner to the other, both included. */
export interface CellRange {
  readonly from: CellPlace;
  readonly to: CellPlace;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** The same range with its first corner at the top left. */
export function normalized({ from, to }: CellRange): CellRange {
  return {
    from: { row: Math.min(from.row, to.row), column: Math.min(from.column, to.column) },
    to: { row: Math.max(from.row, to.row), column: Math.max(from.column, to.column) },
  };
}

export function isWithin({ row, column }: CellPlace, range: CellRange): boolean {
  const { from, to } = normalized(range);
  return row >= from.row && row <= to.row && column >= from.column && column <= to.column;
}

/** A place moved by rows and columns, kept within the grid. */
export function stepped(place: CellPlace, rows: number, columns: number, size: GridSize): CellPlace {
  const keep = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  return { row: keep(place.row + rows, size.rows), column: keep(place.column + columns, size.columns) };
}

/** The next cell to the right or left, going on in the next or previous row at the end. */
export function nextCell(place: CellPlace, step: 1 | -1, size: GridSize): CellPlace {
  const index = Math.max(0, Math.min(size.rows * size.columns - 1, place.row * size.columns + place.column + step));
  return { row: Math.floor(index / size.columns), column: index % size.columns };
}
