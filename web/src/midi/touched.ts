/** The player has begun to play by himself: what played for him gives way. */

const listeners = new Set<() => void>();

export function touched(): void {
  for (const listener of listeners) listener();
}

export function onTouch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
