/** What deleting an instrument of the player's own takes along, and what it leaves. */
export function whatGoes(title: string, presets: number): string {
  const along = presets === 0 ? "" : presets === 1 ? " and its preset" : ` and its ${presets} presets`;
  return `Delete ${title}${along}? This cannot be undone. Takes and files of it stay.`;
}
