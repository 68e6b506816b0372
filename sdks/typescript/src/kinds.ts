/** What JSON should be: types are checked, unknown fields pass, missing ones and null are left out. */

import { hiding } from "./hiding.js";

/** A value is not of the type that it should have; the text names the place, never the value. */
export class Misfit extends Error {}

/** Says what a value should be. */
export interface Kind<T> {
  /** Whether it may be missing. */
  readonly isOptional?: boolean;
  /** Return the value; @throws Misfit */
  read(value: unknown, place: string): T;
}

type Fields<T> = { [K in keyof T]-?: Kind<T[K]> };

function plain<T>(wanted: string, fits: (value: unknown) => boolean): Kind<T> {
  return {
    read(value, place) {
      if (!fits(value)) throw new Misfit(`${place || "it"} is not ${wanted}`);
      return value as T;
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text = plain<string>("a text", (value) => typeof value === "string");
export const whole = plain<number>("a whole number", Number.isInteger);
export const number = plain<number>("a number", (value) => typeof value === "number");
export const truth = plain<boolean>("true or false", (value) => typeof value === "boolean");
export const anything = plain<unknown>("anything", () => true);

export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return { isOptional: true, read: kind.read };
}

export function list<T>(kind: Kind<T>): Kind<T[]> {
  return {
    read(value, place) {
      if (!Array.isArray(value)) throw new Misfit(`${place || "it"} is not a list`);
      return value.map((one, number) => kind.read(one, `${place}[${number}]`));
    },
  };
}

export function dictionary<T>(kind: Kind<T>): Kind<Record<string, T>> {
  return {
    read(value, place) {
      if (!isObject(value)) throw new Misfit(`${place || "it"} is not an object`);
      const read = ([name, one]: [string, unknown]) => [name, kind.read(one, within(place, name))];
      return Object.fromEntries(Object.entries(value).map(read));
    },
  };
}

/**
 * @param secrets - fields that do not show when the object shows itself
 * @param isOpen - whether fields that nobody knows are kept
 */
export function object<T extends object>(
  fields: Fields<T>,
  { secrets = [] as (keyof T & string)[], isOpen = false } = {},
): Kind<T> {
  const known = Object.entries<Kind<unknown>>(fields);
  return {
    read(value, place) {
      if (!isObject(value)) throw new Misfit(`${place || "it"} is not an object`);
      const found: Record<string, unknown> = isOpen ? { ...value } : {};
      for (const [name, kind] of known) {
        const part = value[name] ?? undefined;
        if (part === undefined && kind.isOptional) delete found[name];
        else found[name] = kind.read(part, within(place, name));
      }
      return (secrets.length > 0 ? hiding(found, secrets) : found) as T;
    },
  };
}

function within(place: string, name: string): string {
  return place ? `${place}.${name}` : name;
}
