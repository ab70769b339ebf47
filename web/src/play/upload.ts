/** A file that the server needs for one question only. */
import { api } from "../generated/api";

export async function withUpload<T>(file: File, ask: (upload: string) => Promise<T>): Promise<T> {
  const { id } = await api.addUpload(file, { name: file.name });
  try {
    return await ask(id);
  } finally {
    // It is gone already where the whole folder is; the answer counts.
    await api.removeUpload(id).catch(() => undefined);
  }
}
