import { useQuery } from "@tanstack/react-query";
import { api, type Requirement } from "../../generated/api";

/** Whether a kind of work can be done here; undefined until it is known. */
export function useRequirement(kind: Requirement["kind"], subject = ""): Requirement | undefined {
  const found = useQuery({
    queryKey: ["requirements"],
    queryFn: ({ signal }) => api.listJobRequirements(signal),
  });
  return found.data?.find((one) => one.kind === kind && one.subject === subject);
}
