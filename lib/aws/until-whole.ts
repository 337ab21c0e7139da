import { statusOf } from "./aws-problem";

const ATTEMPTS = 3;

/** An answer can break off after the SDK has stopped retrying: when its body is read. Then the whole is read again. */
export async function untilWhole<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const brokenOff = statusOf(error) === undefined || statusOf(error) === 200;
      if (!brokenOff || attempt === ATTEMPTS) throw error;
    }
  }
}
