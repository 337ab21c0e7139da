/** Returns a number with its noun: `1 root`, `1,204 roots`. */
export function counted(amount: number, thing: string): string {
  return `${amount.toLocaleString("en")} ${thing}${amount === 1 ? "" : "s"}`;
}
