import { enter } from "./entry";

const UNKNOWN = 401;

/** What the server refused; `message` is written for the player. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Sent {
  query?: Query;
  json?: unknown;
  blob?: Blob;
  signal?: AbortSignal | undefined;
}

/** A path with its query. */
export function address(path: string, query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) words.set(key, String(value));
  }
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

/** In the player's words where nobody answers; browsers say "Failed to fetch" or "NetworkError". */
async function ask(where: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(where, init);
  } catch (error) {
    if (error instanceof TypeError) throw new Error("The studio does not answer.", { cause: error });
    throw error;
  }
}

/** The JSON of an answer.
 * @throws ApiError when the server refuses. */
export async function request<T>(method: string, path: string, sent: Sent = {}): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (sent.signal) init.signal = sent.signal;
  if (sent.blob) {
    init.body = sent.blob;
    init.headers = { "Content-Type": "application/octet-stream" };
  } else if (sent.json !== undefined) {
    init.body = JSON.stringify(sent.json);
    init.headers = { "Content-Type": "application/json" };
  }
  let answer = await ask(address(path, sent.query), init);
  if (answer.status === UNKNOWN && (await enter())) answer = await ask(address(path, sent.query), init);
  if (!answer.ok) {
    let text = answer.statusText;
    try {
      const told: unknown = await answer.json();
      if (told && typeof told === "object" && "detail" in told) text = String(told.detail);
    } catch {
      // No JSON: the status line has to do.
    }
    throw new ApiError(answer.status, text);
  }
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}
