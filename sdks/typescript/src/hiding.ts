/** How objects of ours show themselves in a log or a debugger of Node.js: without their secrets. */

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
export const HIDDEN = "…";

type Inspect = (value: unknown, options: object) => string;

/**
 * Make an object show itself as this says, and return it.
 *
 * @param travels - whether a spread copy shows itself so too. Plain data should not: its copies, and
 *   what compares them, would find one property more.
 */
export function showing<T extends object>(
  value: T,
  view: (value: T) => unknown,
  { travels = false } = {},
): T {
  return Object.defineProperty(value, INSPECT, {
    configurable: true,
    enumerable: travels,
    writable: true,
    value(this: T, _depth: number, options: object, inspect?: Inspect): unknown {
      const shown = view(this);
      return typeof shown === "string" || inspect === undefined ? shown : inspect(shown, options);
    },
  });
}

/** Return a copy of an object in which these properties say nothing. */
export function without(value: object, names: readonly string[]): object {
  const parts = Object.entries(value);
  return Object.fromEntries(
    parts.map(([name, one]) => [name, names.includes(name) ? HIDDEN : one]),
  );
}

/** Make these properties of an object not show, and return it. */
export function hiding<T extends object>(value: T, names: readonly string[]): T {
  return showing(value, (one) => without(one, names));
}
