/** The parser of an option that can be given several times: the values, in their order. */
export function collectValues(value: string, given: readonly string[] = []): readonly string[] {
  return [...given, value];
}
