import { useEffect } from "react";
import { enter } from "../play/player";
import { sayError, usePlay } from "../play/store";
import { replaceAddress, useAddress } from "../app/address";

/** Opens the instrument's session of this tab; takes in a sound that the address carries. */
export function useInstrument(name: string): boolean {
  const address = useAddress();
  useEffect(() => {
    const shared = new URLSearchParams(location.search).get("sound");
    if (shared) replaceAddress(location.pathname);
    enter(name, shared).catch(sayError);
  }, [name, address]);
  return usePlay((state) => state.details?.name === name && state.patch !== null);
}
