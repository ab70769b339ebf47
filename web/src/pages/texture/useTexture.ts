import { useQuery } from "@tanstack/react-query";
import { api } from "../../generated/api";

/** What a texture bundle can be asked for. */
export function useTexture(bundle: string) {
  return useQuery({
    queryKey: ["texture", bundle],
    queryFn: ({ signal }) => api.getTexture(bundle, signal),
    staleTime: Infinity,
  });
}
