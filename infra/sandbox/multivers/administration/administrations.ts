import { Administration, type AdministrationOptions, UnknownRowError } from "./administration.ts";

/** The administrations of the emulator; each is opened (demo data made, journal read) when it is first asked for. */
export class Administrations {
  readonly #known: ReadonlyMap<string, AdministrationOptions>;
  readonly #byPortalUser: ReadonlyMap<string, readonly AdministrationOptions[]>;
  readonly #opened = new Map<string, Administration>();
  readonly #storage: Readonly<{ dataDir: string | null; now: () => Date }>;

  constructor(
    administrations: readonly AdministrationOptions[],
    storage: Readonly<{ dataDir: string | null; now: () => Date }>,
  ) {
    this.#known = new Map(administrations.map((one) => [one.database.toUpperCase(), one]));
    this.#byPortalUser = Map.groupBy(administrations, (one) => one.portalUser);
    this.#storage = storage;
  }

  /** The code as registered, for a code in any case; null if there is no such administration. */
  databaseNamed(code: string): string | null {
    return this.#known.get(code.toUpperCase())?.database ?? null;
  }

  /** Throws UnknownRowError if there is no such administration. */
  open(code: string): Administration {
    const options = this.#known.get(code.toUpperCase());
    if (options === undefined)
      throw new UnknownRowError(`there is no administration "${code}": add it to the options`);
    let administration = this.#opened.get(options.database);
    if (administration === undefined) {
      administration = new Administration(options, this.#storage);
      this.#opened.set(options.database, administration);
    }
    return administration;
  }

  /** Those that the portal user may log in to. */
  ofPortalUser(portalUser: string): readonly AdministrationOptions[] {
    return this.#byPortalUser.get(portalUser) ?? [];
  }

  close(): void {
    for (const administration of this.#opened.values()) administration.close();
  }
}
