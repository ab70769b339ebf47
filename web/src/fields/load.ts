/** Fetches what a page needs to draw a coordinate network's pictures. */
import { api, ApiError, type Drawing } from "../generated/api";
import { Fold } from "./fold";

export interface FieldsWeights {
  drawing: Drawing;
  fold: Fold;
}

const known = new Map<string, Promise<FieldsWeights>>();

/** What draws a bundle's pictures, fetched once.
 * @throws ApiError 404 when pages cannot draw them by themselves. */
export function loadFields(bundle: string): Promise<FieldsWeights> {
  const before = known.get(bundle);
  if (before) return before;
  const loading = load(bundle);
  known.set(bundle, loading);
  // What failed may be asked for again.
  loading.catch(() => known.delete(bundle));
  return loading;
}

async function load(bundle: string): Promise<FieldsWeights> {
  const [drawing, answer] = await Promise.all([
    api.getDrawing(bundle),
    fetch(api.modelFoldUrl(bundle), { credentials: "same-origin" }),
  ]);
  if (!answer.ok) throw new ApiError(answer.status, answer.statusText);
  const fold = new Fold(new Uint8Array(await answer.arrayBuffer()));
  if (fold.of(new Float32Array(drawing.latent_size)).length !== drawing.numbers) {
    throw new Error(`the fold of '${bundle}' does not fit its drawing`);
  }
  return { drawing, fold };
}
