/** Something that an operator can set by an environment variable. It is declared where it is used. */
export interface Setting<T> {
  /** The name of the variable: `BATON_HEARTBEAT_SECONDS`. */
  readonly name: string;
  /** For `baton server --help`. */
  readonly help: string;
  /** As it would stand in the environment. */
  readonly default: string;
  /** @throws an error that names the variable where the text is not usable */
  readonly read: (text: string) => T;
  /** A number that this one may not exceed. */
  readonly within?: Setting<number>;
}

/** Values by the names of their variables. Plain data, because they travel between processes as JSON. */
export type SettingValues = Readonly<Record<string, unknown>>;

interface About {
  readonly help: string;
  readonly default?: string;
}

/** A text, empty if it is not set. `read` may refuse it, or make something else of it. */
export function text(name: string, about: About): Setting<string>;
export function text<T>(name: string, about: About, read: (text: string) => T): Setting<T>;
export function text(
  name: string,
  { help, default: byDefault = '' }: About,
  read: (text: string) => unknown = (given) => given,
): Setting<unknown> {
  return { name, help, default: byDefault, read };
}

export function wholeNumber(
  name: string,
  about: {
    readonly help: string;
    readonly default: number;
    readonly min: number;
    readonly max: number;
    readonly within?: Setting<number>;
  },
): Setting<number> {
  const { help, min, max, within } = about;
  return {
    name,
    help,
    default: String(about.default),
    within,
    read(given) {
      const value = Number(given);
      if (Number.isInteger(value) && value >= min && value <= max) return value;
      throw new Error(`${name}: '${given}' is not a whole number between ${min} and ${max}.`);
    },
  };
}

/** Off unless it is set to `true`. */
export const flag = (name: string, { help }: { readonly help: string }): Setting<boolean> => ({
  name,
  help,
  default: 'false',
  read(given) {
    if (/^(true|false)$/i.test(given)) return /^true$/i.test(given);
    throw new Error(`${name}: '${given}' is neither true nor false.`);
  },
});

/** @throws an error that names the first variable that is not usable */
export function readSettings(
  settings: readonly Setting<unknown>[],
  env: Readonly<Record<string, string | undefined>>,
): SettingValues {
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    values[setting.name] = setting.read(env[setting.name]?.trim() || setting.default);
  }
  for (const { name, within } of settings) {
    if (within && (values[name] as number) > valueOf<number>(values, within))
      throw new Error(
        `${name}: ${values[name]} is more than ${within.name}, which is ${values[within.name]}.`,
      );
  }
  return Object.freeze(values);
}

export const valueOf = <T>(values: SettingValues, { name }: Pick<Setting<T>, 'name'>): T => values[name] as T;
