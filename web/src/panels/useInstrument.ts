import { useEffect } from "react";
import { replaceAddress, useAddress, usePath } from "../app/address";
import { instrumentOf } from "../app/addresses";
import type { InstrumentDetails } from "../generated/api";
import { enter } from "../play/session";
import { sayError, usePlay } from "../play/store";

/**
 * Opens this tab's session of the address's instrument; takes in a sound that the address carries.
 *
 * @returns null until it is there.
 */
export function useInstrument(): InstrumentDetails | null {
  const address = useAddress();
  const name = instrumentOf(usePath());
  useEffect(() => {
    const shared = new URLSearchParams(location.search).get("sound");
    if (shared) replaceAddress(location.pathname);
    enter(name, shared).catch(sayError);
  }, [name, address]);
  return usePlay((state) => (state.details?.name === name && state.patch !== null ? state.details : null));
}
