import { asText, COMPUTED, isWhole, KnownObject, type KnownValue, type ObjectPart } from "./known-value";

type Pure = (...given: readonly KnownValue[]) => KnownValue;

function ofTexts(make: (...texts: readonly string[]) => KnownValue): Pure {
  return (...given) => {
    const texts = given.map(asText);
    return texts.includes(undefined) ? COMPUTED : make(...(texts as readonly string[]));
  };
}

/** Functions without a context, by their names. Any other function is computed. Source: https://opentofu.org/docs/language/functions */
export const FUNCTIONS: Readonly<Record<string, Pure>> = {
  merge: (...given) => merged(given),
  basename: ofTexts(
    (path = "") =>
      path
        .replace(/(?<!\/)\/+$/, "")
        .split("/")
        .at(-1) ?? "",
  ),
  dirname: ofTexts(
    (path = "") =>
      path
        .replace(/(?<!\/)\/+$/, "")
        .split("/")
        .slice(0, -1)
        .join("/") || ".",
  ),
  lower: ofTexts((text = "") => text.toLowerCase()),
  upper: ofTexts((text = "") => text.toUpperCase()),
  title: ofTexts((text = "") => text.replace(/(^|\s)\S/g, (start) => start.toUpperCase())),
  trimspace: ofTexts((text = "") => text.trim()),
  trimprefix: ofTexts((text = "", start = "") => (text.startsWith(start) ? text.slice(start.length) : text)),
  trimsuffix: ofTexts((text = "", end = "") => (end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text)),
  replace: ofTexts((text = "", from = "", to = "") =>
    /^\/.*\/$/.test(from) ? COMPUTED : text.replaceAll(from, () => to),
  ),
  substr: ofTexts((text = "", offset = "0", length = "-1") => {
    const [from, count] = [Number(offset), Number(length)];
    return from < 0 ? COMPUTED : text.slice(from, count < 0 ? undefined : from + count);
  }),
  format: ofTexts((pattern = "", ...texts) => formatted(pattern, texts)),
  split: ofTexts((by = "", text = "") => text.split(by)),
  join: (by = "", list = []) => {
    const [sign, items] = [asText(by), textsIn(list)];
    return sign === undefined || items === undefined ? COMPUTED : items.join(sign);
  },
  tostring: ofTexts((text = "") => text),
  tobool: ofTexts((text = "") => (text === "true" ? true : text === "false" ? false : COMPUTED)),
  tomap: (value = COMPUTED) => value,
  try: (...given) => given.find((value) => value === COMPUTED || isWhole(value)) ?? COMPUTED,
  coalesce: (...given) => {
    const first = given.find((value) => value === COMPUTED || (value !== null && value !== ""));
    return first ?? COMPUTED;
  },
  element: (list = COMPUTED, index = COMPUTED) =>
    Array.isArray(list) && typeof index === "number" && list.length > 0
      ? ((list as readonly KnownValue[])[index % list.length] ?? COMPUTED)
      : COMPUTED,
  length: (list = COMPUTED) => (Array.isArray(list) ? list.length : COMPUTED),
  lookup: (map = COMPUTED, name = COMPUTED, otherwise = COMPUTED) => {
    const key = asText(name);
    if (!(map instanceof KnownObject) || key === undefined) return COMPUTED;
    return map.members.get(key) ?? otherwise;
  },
  contains: (list = COMPUTED, value = COMPUTED) =>
    Array.isArray(list) && isWhole(list as readonly KnownValue[]) && value !== COMPUTED
      ? (list as readonly KnownValue[]).includes(value)
      : COMPUTED,
};

/** Returns the later members over the earlier ones. `null` counts as nothing. */
function merged(given: readonly KnownValue[]): KnownValue {
  const members = new Map<string, KnownValue>();
  const parts: ObjectPart[] = [];
  for (const each of given) {
    if (each === null) continue;
    if (!(each instanceof KnownObject)) return COMPUTED;
    for (const [name, value] of each.members) members.set(name, value);
    parts.push(...each.parts);
  }
  return new KnownObject(members, parts);
}

function textsIn(list: KnownValue): string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const texts = (list as readonly KnownValue[]).map(asText);
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** Only `%s`, `%d`, `%v` and `%%`. */
function formatted(pattern: string, texts: readonly string[]): KnownValue {
  if (/%(?![sdv%])/.test(pattern)) return COMPUTED;
  let at = 0;
  const text = pattern.replace(/%([sdv%])/g, (whole, verb: string) => {
    if (verb === "%") return "%";
    at += 1;
    return texts[at - 1] ?? whole;
  });
  return at === texts.length ? text : COMPUTED;
}
