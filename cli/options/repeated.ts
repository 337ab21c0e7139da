/** The parser of an option that can be given several times: the values, in their order. */
export function repeated(value: string, given: readonly string[] = []): readonly string[] {
  return [...given, value];
}
