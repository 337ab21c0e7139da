const ATTEMPTS = 3;

/** An answer can break off after the SDK has stopped retrying: when its body is read. Then it is asked for again. */
export async function untilWhole<A, T>(send: () => Promise<A>, read: (answer: A) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    try {
      return await read(answer);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
