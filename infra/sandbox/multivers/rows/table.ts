/**
 * Rows of one kind under their ids. Rows are never changed in place: a change is a new row under the same id, so that
 * whatever is cached per row stays right. Two orders are kept: that of creation, and that of the ids, which is kept
 * sorted by insertion so that a client that pages with `$orderby` on the id costs no sort.
 */
export class Table<Row extends object> {
  readonly #rows = new Map<string, Row>();
  readonly #sorted: Row[];
  readonly #idOf: (row: Row) => string;

  constructor(idOf: (row: Row) => string, rows: Iterable<Row> = []) {
    this.#idOf = idOf;
    for (const row of rows) this.#rows.set(idOf(row), row);
    this.#sorted = [...this.#rows.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  }

  /** The rows by id, in the order in which they were made. */
  get rows(): ReadonlyMap<string, Row> {
    return this.#rows;
  }

  /** The rows in the order of their ids, character by character. */
  get byId(): readonly Row[] {
    return this.#sorted;
  }

  put(row: Row): void {
    const id = this.#idOf(row);
    this.#sorted.splice(this.#position(id), this.#rows.has(id) ? 1 : 0, row);
    this.#rows.set(id, row);
  }

  /** Says whether there was such a row. */
  delete(id: string): boolean {
    if (!this.#rows.delete(id)) return false;
    this.#sorted.splice(this.#position(id), 1);
    return true;
  }

  #position(id: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.#sorted[middle];
      if (row !== undefined && this.#idOf(row) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
