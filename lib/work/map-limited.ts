/** Yields the result of `work` for each item, in order, at most `limit` at a time. Runs no further ahead than the consumer takes. */
export async function* mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  const start = (item: T): void => {
    const task = work(item);
    task.catch(() => undefined); // Thrown when its turn comes.
    running.push(task);
  };
  for (const item of items) {
    start(item);
    if (running.length < limit) continue;
    const [first] = running.splice(0, 1);
    if (first !== undefined) yield await first;
  }
  for (const task of running) yield await task;
}
