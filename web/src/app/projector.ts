/** The picture in a second window, for a projector. */
export function openProjector(): void {
  window.open("/screen", "screen", "width=960,height=600");
}
