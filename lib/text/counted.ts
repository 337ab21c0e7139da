/** Returns a number with its noun: `1 root`, `1,204 roots`. */
export function counted(amount: number, thing: string): string {
  return `${withCommas(amount)} ${thing}${amount === 1 ? "" : "s"}`;
}

/** Returns an integer with a comma before each group of three digits. `toLocaleString` loads every locale for that: 50 ms. */
export function withCommas(integer: number): string {
  return String(integer).replace(/\B(?=(\d{3})+$)/g, ",");
}
