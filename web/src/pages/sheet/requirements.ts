import { useQuery } from "@tanstack/react-query";
import { api, type Requirement } from "../../generated/api";

const REQUIREMENTS = {
  queryKey: ["requirements"],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.listJobRequirements(signal),
};

/** What the studio imports: endings of files, and whether each can be imported here. */
export function useImports(): Requirement[] {
  const found = useQuery(REQUIREMENTS);
  return found.data?.filter((one) => one.kind === "import") ?? [];
}

/** Whether a kind of work can be done here; undefined until it is known. */
export function useRequirement(kind: Requirement["kind"], subject = ""): Requirement | undefined {
  const found = useQuery(REQUIREMENTS);
  return found.data?.find((one) => one.kind === kind && one.subject === subject);
}
