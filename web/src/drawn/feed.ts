/** The way from the worker that hears to the one that draws pictures; whichever begins first waits at its end. */

const { port1, port2 } = new MessageChannel();

/** For whoever hears. */
export function drawnFeed(): MessagePort {
  return port1;
}

/** For whoever draws. */
export function drawnDrain(): MessagePort {
  return port2;
}
